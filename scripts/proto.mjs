// Generates proto/gen/*.ts from proto/**/*.proto: interfaces with real bigint for 64-bit integers,
// and codecs over protobufjs' Reader and our writer. `--check` fails when committed files differ.
// Why not pbjs: its static encode writes a bigint as 0 and rounds 2^53+1 (docs/adr/002).
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { describeFiles } from './proto/descriptors.mjs';
import { descriptorsFile, indexFile, packageFile, servicesFile } from './proto/files.mjs';
import { describePackages } from './proto/schema.mjs';

const root = fileURLToPath(new URL('../proto/', import.meta.url));
const out = join(root, 'gen');
/** Options for other tools: the parser keeps them without knowing their types. */
const isOfOptions = (path) =>
  path === 'google/protobuf/descriptor.proto' ||
  ['amino/', 'cosmos_proto/', 'google/api/'].some((folder) => path.startsWith(folder));

/** The .proto files under a folder, in the order of their paths. */
function protoFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return path === out ? [] : protoFiles(path);
      const isGenerated = entry.name.endsWith('.proto') && !isOfOptions(relative(root, path));
      return isGenerated ? [path] : [];
    });
}

function generate() {
  const schema = new protobuf.Root();
  schema.resolvePath = (_origin, target) => {
    if (isOfOptions(target)) return null;
    return existsSync(target) ? target : join(root, target);
  };
  // One after the other: together they would come in another order from run to run.
  schema.loadSync(protoFiles(root), { alternateCommentMode: true, keepCase: true });
  schema.resolveAll();
  const packages = describePackages(protobuf, schema);
  const files = packages.map((pkg) => [`${pkg.name}.ts`, packageFile(pkg)]);
  const { files: descriptors, services } = describeFiles(schema);
  return new Map([
    ...files,
    ['descriptors.ts', descriptorsFile(descriptors)],
    ['index.ts', indexFile(packages)],
    ['services.ts', servicesFile(services, packages)],
  ]);
}

const files = generate();
mkdirSync(out, { recursive: true });
const isStale = ([name, text]) =>
  !existsSync(join(out, name)) || readFileSync(join(out, name), 'utf8') !== text;
const stale = [...files].filter(isStale);
const extra = readdirSync(out).filter((name) => !files.has(name));

if (process.argv.includes('--check')) {
  if (stale.length + extra.length > 0) {
    const names = [...stale.map(([name]) => name), ...extra].join(', ');
    console.error(`proto/gen is out of date (${names}): run npm run proto`);
    process.exit(1);
  }
  console.log('proto/gen matches the .proto files');
} else {
  // Only what changed is written: a program that is reading the others goes on.
  for (const name of extra) rmSync(join(out, name));
  for (const [name, text] of stale) writeFileSync(join(out, name), text);
  console.log(`proto/gen: ${files.size} files, ${stale.length} written, ${extra.length} removed`);
}
