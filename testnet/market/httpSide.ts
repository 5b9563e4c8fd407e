import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MarketAnswers } from './answers.ts';
import { sourceNames } from './faults.ts';
import type { SourceName } from './faults.ts';
import { venues } from './venues/index.ts';
import type { World } from './world.ts';

const FLOOD_BYTES = 64 * 1024 * 1024;
const FLOOD_CHUNK = Buffer.alloc(64 * 1024, 0x5b);
/** What a broken venue sends instead of an answer, in turn. */
export const garbage = [
  '',
  '{"result":',
  '<html>502 Bad Gateway</html>',
  '[[[[',
  '{"result":null}',
  '7',
];

/** Serves every source's public paths below /SOURCE. */
export function serveSources(server: FastifyInstance, world: World): void {
  const answers = new MarketAnswers(world);
  for (const source of sourceNames) {
    let asked = 0;
    server.get(`/${source}/*`, async (request, reply) => {
      const { mode, by } = world.faults.of(source);
      if (mode === 'delay') await new Promise((resolve) => setTimeout(resolve, by * 1000).unref());
      asked += 1;
      if (fails(world, source, asked, request, reply)) return reply;
      const { status, text } = answers.get(source, request.url.slice(source.length + 1));
      return reply.code(status).type('application/json').send(text);
    });
  }
}

/** True when the source is out of order and its answer, or the lack of one, is already given. */
function fails(
  world: World,
  source: SourceName,
  asked: number,
  request: FastifyRequest,
  reply: FastifyReply,
): boolean {
  const { trouble } = venues[source];
  switch (world.faults.of(source).mode) {
    case 'off':
      reply.hijack();
      request.raw.destroy();
      return true;
    case 'error':
      reply.code(trouble.status).send(trouble.body);
      return true;
    case 'throttle':
      reply.code(429).header('retry-after', '1').send({ message: 'Too many requests' });
      return true;
    case 'corrupt':
      reply
        .code(200)
        .type('application/json')
        .send(garbage[asked % garbage.length]);
      return true;
    case 'redirect':
      reply.code(302).header('location', 'http://127.0.0.1:9/').send();
      return true;
    case 'flood':
      reply.hijack();
      flood(reply);
      return true;
    case 'normal':
    case 'freeze':
    case 'skew':
    case 'lag':
    case 'delay':
    case 'clock':
      return false;
  }
}

/** Far more than anybody asked for. */
function flood({ raw }: FastifyReply): void {
  raw.writeHead(200, { 'content-type': 'application/json' });
  let left = FLOOD_BYTES / FLOOD_CHUNK.length;
  const more = (): void => {
    while (left > 0 && !raw.destroyed) {
      left -= 1;
      if (!raw.write(FLOOD_CHUNK)) return;
    }
    raw.end();
  };
  raw.on('drain', more);
  more();
}
