import { Metadata, Server, ServerCredentials } from '@grpc/grpc-js';
import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { fileDescriptors } from '../../proto/gen/descriptors.ts';
import { services } from '../../proto/gen/services.ts';
import { BadRequest } from '../params.ts';
import type { Services } from '../services/services.ts';
import { serviceError } from '../services/status.ts';

export interface GrpcOptions {
  /** `host:port`. */
  readonly listen: string;
  readonly services: Services;
  readonly logger: { error(fields: object, message: string): void };
}

export interface Grpc {
  /** `host:port`. */
  readonly address: string;
  close(): void;
}

/** As the SDK names it, in what is asked and what is answered. */
const HEIGHT = 'x-cosmos-block-height';

/** Requests are questions and single transactions; the engine takes no larger transaction. */
const REQUEST_BYTES_MAX = 1_048_576;
const CALLS_PER_CONNECTION = 100;
const IDLE_MS = 300_000;

type Call = ServerUnaryCall<Buffer, Buffer>;

/**
 * Serves the services of the .proto files and reflection over gRPC, without encoding anything anew:
 * a query's bytes go to the replica, and its answer's bytes come back.
 * @throws Error when the port is taken
 */
export async function startGrpc(options: GrpcOptions): Promise<Grpc> {
  const server = new Server({
    'grpc.max_receive_message_length': REQUEST_BYTES_MAX,
    'grpc.max_concurrent_streams': CALLS_PER_CONNECTION,
    'grpc.max_connection_idle_ms': IDLE_MS,
  });
  for (const { name, methods } of services) {
    const names = methods.map((method) => method.name);
    const calls = names.map((method) => [method, unary(options, `/${name}/${method}`)]);
    const implementation = Object.fromEntries(calls) as UntypedServiceImplementation;
    server.addService(definition(name, names), implementation);
  }
  reflection().addToServer(server);
  const port = await listen(server, options.listen);
  const host = options.listen.slice(0, options.listen.lastIndexOf(':'));
  return { address: `${host}:${port}`, close: () => server.forceShutdown() };
}

const asIs = (bytes: Buffer): Buffer => bytes;

function definition(service: string, methods: readonly string[]): ServiceDefinition {
  return Object.fromEntries(
    methods.map((method) => [
      method,
      {
        path: `/${service}/${method}`,
        ...{ requestStream: false, responseStream: false },
        ...{ requestSerialize: asIs, requestDeserialize: asIs },
        ...{ responseSerialize: asIs, responseDeserialize: asIs },
      },
    ]),
  );
}

function unary(options: GrpcOptions, path: string) {
  return (call: Call, reply: sendUnaryData<Buffer>): void => {
    answered(options, path, call).then(
      (bytes) => reply(null, bytes),
      (error: unknown) => {
        const refusal = serviceError(error);
        if (refusal.details === 'internal error') {
          options.logger.error({ err: error, path }, 'a gRPC call failed');
        }
        reply(refusal);
      },
    );
  };
}

async function answered({ services: all }: GrpcOptions, path: string, call: Call): Promise<Buffer> {
  const { value, height } = await all.call(path, call.request, heightOf(call.metadata));
  if (height !== undefined) {
    const told = new Metadata();
    told.set(HEIGHT, String(height));
    call.sendMetadata(told);
  }
  return asBuffer(value);
}

function heightOf(metadata: Metadata): number {
  const [asked = '0'] = metadata.get(HEIGHT);
  if (typeof asked !== 'string' || !/^\d{1,15}$/.test(asked)) {
    throw new BadRequest(`${HEIGHT} must be a whole number`);
  }
  return Number(asked);
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Both versions of the reflection protocol. */
function reflection(): ReflectionService {
  const format = 'Protocol Buffer 3 DescriptorProto';
  const fileDescriptorProtos = fileDescriptors.map((text) => Buffer.from(text, 'base64'));
  return new ReflectionService({ tenor: { format, type: {}, fileDescriptorProtos } });
}

function listen(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}
