import type { Command } from 'commander';
import { usageError } from './errors.ts';

/** Words that can follow: groups, their verbs, and the options of each verb. */
interface Words {
  readonly groups: readonly string[];
  readonly verbs: ReadonlyMap<string, readonly string[]>;
  /** By `group verb`. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** Those whose first argument is a series. */
  readonly ofSeries: readonly string[];
}

const optionsOf = (command: Command): string[] =>
  command.options.flatMap(({ long }) => (long === undefined ? [] : [long]));

function wordsOf(root: Command): Words {
  const global = [...optionsOf(root), '--help'];
  const groups = root.commands.map((group) => group.name());
  const verbs = root.commands.map((g) => [g.name(), g.commands.map((v) => v.name())] as const);
  const options = root.commands.flatMap((group) =>
    group.commands.map(
      (verb) => [`${group.name()} ${verb.name()}`, [...optionsOf(verb), ...global]] as const,
    ),
  );
  const ofSeries = root.commands.flatMap((group) =>
    group.commands
      .filter((verb) => verb.registeredArguments[0]?.name() === 'series')
      .map((verb) => `${group.name()} ${verb.name()}`),
  );
  return { groups, verbs: new Map(verbs), options: new Map(options), ofSeries };
}

/** What lists them: the command as it was typed, which may be an alias. */
const SYMBOLS = 'market symbols 2>/dev/null';

/** The cases that bash and zsh share; `current` is the word at the cursor. */
function cases({ groups, verbs, options, ofSeries }: Words): string {
  const verbCases = [...verbs].map(
    ([group, names]) => `      ${group}) words="${names.join(' ')}" ;;`,
  );
  const optionCases = [...options].map(
    ([path, names]) => `      "${path}") words="${names.join(' ')}" ;;`,
  );
  return `  case "$depth" in
    1) words="${groups.join(' ')}" ;;
    2) case "$group" in
${verbCases.join('\n')}
    esac ;;
    *) case "$group $verb" in
${optionCases.join('\n')}
    esac ;;
  esac
  if [ "$depth" = 3 ] && [ "\${current#-}" = "$current" ]; then
    case "$group $verb" in
      ${ofSeries.map((path) => `"${path}"`).join('|')}) words="$(eval "$command ${SYMBOLS}")" ;;
    esac
  fi`;
}

const bash = (words: Words): string => `# bash completion: source <(tenor completion bash)
_tenor() {
  local words="" depth="$COMP_CWORD" group="\${COMP_WORDS[1]}" verb="\${COMP_WORDS[2]}"
  local command="\${COMP_WORDS[0]}" current="\${COMP_WORDS[COMP_CWORD]}"
${cases(words)}
  COMPREPLY=( $(compgen -W "$words" -- "$current") )
}
complete -o default -F _tenor tenor`;

const zsh = (words: Words): string => `#compdef tenor
# zsh completion: source <(tenor completion zsh)
_tenor() {
  local words_="" depth="$((CURRENT - 1))" group="\${words[2]}" verb="\${words[3]}"
  local command="\${words[1]}" current="\${words[CURRENT]}"
${cases(words).replaceAll('words="', 'words_="')}
  compadd -- \${=words_}
}
compdef _tenor tenor`;

function fish({ groups, verbs, options, ofSeries }: Words): string {
  const lines = ['# fish completion: tenor completion fish | source', 'complete -c tenor -f'];
  lines.push(`complete -c tenor -n __fish_use_subcommand -a "${groups.join(' ')}"`);
  for (const [group, names] of verbs) {
    const isThere = `__fish_seen_subcommand_from ${group}`;
    const none = `not __fish_seen_subcommand_from ${names.join(' ')}`;
    if (names.length > 0) {
      lines.push(`complete -c tenor -n "${isThere}; and ${none}" -a "${names.join(' ')}"`);
    }
  }
  for (const [path, names] of options) {
    const [group, verb] = path.split(' ');
    const both = `__fish_seen_subcommand_from ${group!}; and __fish_seen_subcommand_from ${verb!}`;
    lines.push(...names.map((name) => `complete -c tenor -n "${both}" -l ${name.slice(2)}`));
  }
  for (const path of ofSeries) {
    const [group, verb] = path.split(' ');
    const both = `__fish_seen_subcommand_from ${group!}; and __fish_seen_subcommand_from ${verb!}`;
    lines.push(`complete -c tenor -n "${both}" -a "(tenor ${SYMBOLS})"`);
  }
  return lines.join('\n');
}

const shells: Readonly<Record<string, (words: Words) => string>> = { bash, zsh, fish };

/** A script that teaches a shell the commands below `root`. */
export function completionScript(root: Command, shell: string): string {
  const make = shells[shell];
  if (make !== undefined) return make(wordsOf(root));
  throw usageError(
    `There is no completion for "${shell}".`,
    'There is one for bash, zsh and fish.',
  );
}
