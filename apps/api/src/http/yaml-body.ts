import type { FastifyInstance } from 'fastify';
import { parse } from 'yaml';
import { DomainError } from '#libs/kernel';

/** Policies are written in YAML as often as in JSON: both are read. Anchors are bounded by the library. */
export function acceptYaml(fastify: FastifyInstance): void {
  const types = ['application/yaml', 'application/x-yaml', 'text/yaml'];
  fastify.addContentTypeParser(types, { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, parse(String(text), { maxAliasCount: 50 }));
    } catch (error) {
      const detail = `The body is not YAML (${(error as Error).message.split('\n')[0]}).`;
      done(new DomainError('malformed', 'yaml_malformed', detail), undefined);
    }
  });
}
