// The package root silently falls back to slow pure JavaScript: only the native bindings are used.
declare module 'secp256k1/bindings.js' {
  export * from 'secp256k1';
  import * as secp256k1 from 'secp256k1';
  export default secp256k1;
}
