export { openCredentials, CredentialsError } from './access/credentials.ts';
export type { Credentials } from './access/credentials.ts';
export { Gateway } from './gateway.ts';
export type { GatewayOptions } from './gateway.ts';
