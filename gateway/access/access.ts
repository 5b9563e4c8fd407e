import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { RpcError } from '../rpc/rpcError.ts';
import type { Credentials } from './credentials.ts';

/** How far a client's clock may be off. */
const CLOCK_MS = 30_000;
const TOKEN_SECONDS = 900;
/** Of a connection, which stays open: clients like ccxt authorize once. Then it ends. */
const CONNECTION_SECONDS = 43_200;
const REFRESH_SECONDS = 86_400;
const MAX_TOKENS = 1_000;
/** Signatures that were seen and could be shown again: more in a minute are refused. */
const MAX_SEEN = 100_000;
const MAX_NONCE = 64;

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

/** A request signed for HTTP: `deri-hmac-sha256 id=…,ts=…,sig=…,nonce=…`. */
export interface SignedRequest {
  readonly authorization: string;
  readonly method: string;
  readonly uri: string;
  readonly body: string;
}

const refused = (reason: string) => new RpcError('invalidCredentials', { reason });

/**
 * Who may call private methods: whoever has the secret that the gateway made. Schemes and strings
 * that are signed: docs.deribit.com, "Authentication". A signature counts once.
 */
export class Access {
  readonly #credentials: Credentials;
  readonly #clock: () => number;
  /** Signatures of before are not known to have been used or not: they are refused. */
  readonly #startMs: number;
  /** By token, when it ends. */
  readonly #access = new Map<string, number>();
  readonly #refresh = new Map<string, number>();
  /** By signature, when its time is over. */
  readonly #seen = new Map<string, number>();

  constructor(credentials: Credentials, clock: () => number) {
    this.#credentials = credentials;
    this.#clock = clock;
    this.#startMs = clock();
  }

  /** @throws RpcError invalidCredentials */
  byCredentials(clientId: string, clientSecret: string, isConnected = false): Tokens {
    const { clientId: id, clientSecret: secret } = this.#credentials;
    // Both are compared, so that the time says nothing about either.
    const [isId, isSecret] = [isEqual(clientId, id), isEqual(clientSecret, secret)];
    if (!isId || !isSecret) throw refused('client_id or client_secret is wrong');
    return this.#issue(isConnected);
  }

  /** Of a connection: over `timestamp\nnonce\ndata`. @throws RpcError invalidCredentials */
  bySignature(clientId: string, timestamp: number, nonce: string, data: string, sig: string) {
    this.#verify(clientId, timestamp, nonce, data, sig);
    return this.#issue(true);
  }

  /** @throws RpcError invalidCredentials */
  byRefresh(refreshToken: string, isConnected = false): Tokens {
    const untilMs = this.#refresh.get(refreshToken);
    this.#refresh.delete(refreshToken);
    if (untilMs === undefined || untilMs < this.#clock()) throw refused('refresh_token is over');
    return this.#issue(isConnected);
  }

  /** Of an HTTP request. @throws RpcError invalidCredentials, unauthorized */
  check({ authorization, method, uri, body }: SignedRequest): void {
    const [scheme, rest] = splitOnce(authorization, ' ');
    if (/^bearer$/i.test(scheme)) {
      const untilMs = this.#access.get(rest.trim());
      if (untilMs !== undefined && untilMs >= this.#clock()) return;
      throw new RpcError('unauthorized', { reason: 'the access token is unknown or over' });
    }
    if (/^basic$/i.test(scheme)) {
      const [id, secret] = splitOnce(Buffer.from(rest, 'base64').toString(), ':');
      const { clientId, clientSecret } = this.#credentials;
      const [isId, isSecret] = [isEqual(id, clientId), isEqual(secret, clientSecret)];
      if (isId && isSecret) return;
      throw refused('client_id or client_secret is wrong');
    }
    if (!/^deri-hmac-sha256$/i.test(scheme)) throw refused(`no scheme ${scheme.slice(0, 32)}`);
    const parts = new Map(rest.split(',').map((part) => splitOnce(part.trim(), '=')));
    const of = (name: string) => parts.get(name) ?? '';
    const signed = `${method}\n${uri}\n${body}\n`;
    this.#verify(of('id'), Number(of('ts') || NaN), of('nonce'), signed, of('sig'));
  }

  forget(token: string): void {
    this.#access.delete(token);
  }

  #verify(id: string, timestamp: number, nonce: string, data: string, sig: string): void {
    const nowMs = this.#clock();
    if (nonce === '' || nonce.length > MAX_NONCE) throw refused('nonce is missing or too long');
    const { clientId, clientSecret } = this.#credentials;
    const text = `${timestamp}\n${nonce}\n${data}`;
    const right = createHmac('sha256', clientSecret).update(text).digest('hex');
    const [isId, isSig] = [isEqual(id, clientId), isEqual(sig.toLowerCase(), right)];
    if (!isId || !isSig) throw refused('client_id or the signature is wrong');
    if (!(Math.abs(nowMs - timestamp) <= CLOCK_MS)) {
      throw refused(`the timestamp is over ${CLOCK_MS / 1_000} s off: set the clock`);
    }
    if (timestamp < this.#startMs) throw refused('signed before the gateway started: sign again');
    for (const [seen, untilMs] of this.#seen) {
      if (untilMs >= nowMs) break;
      this.#seen.delete(seen);
    }
    if (this.#seen.has(right)) throw refused('this nonce was used: sign again with another');
    if (this.#seen.size >= MAX_SEEN) throw new RpcError('tooManyRequests');
    this.#seen.set(right, nowMs + 2 * CLOCK_MS);
  }

  #issue(isConnected: boolean): Tokens {
    const seconds = isConnected ? CONNECTION_SECONDS : TOKEN_SECONDS;
    const nowMs = this.#clock();
    const token = () => randomBytes(32).toString('base64url');
    const [accessToken, refreshToken] = [token(), token()];
    keep(this.#access, accessToken, nowMs + seconds * 1_000);
    keep(this.#refresh, refreshToken, nowMs + REFRESH_SECONDS * 1_000);
    return { accessToken, refreshToken, expiresIn: seconds };
  }
}

/** The oldest one goes: a client that lost its token asks for another. */
function keep(tokens: Map<string, number>, token: string, untilMs: number): void {
  if (tokens.size >= MAX_TOKENS) tokens.delete(tokens.keys().next().value!);
  tokens.set(token, untilMs);
}

/** In a time that says nothing about where they differ. */
function isEqual(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function splitOnce(text: string, at: string): [string, string] {
  const place = text.indexOf(at);
  return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + at.length)];
}
