import type { FastifyInstance } from 'fastify';
import { asText } from '#libs/kernel';

/** What an answer of `application/problem+json` says. */
interface Problem {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  readonly instance?: string;
}

/**
 * People who open an address in a browser read a page: what is wrong, where, and where to go on. Whoever asks for anything else, or says nothing, gets the
 * problem as it is.
 * @param base the path of the public URL: links lead below it
 */
export function showProblemsToBrowsers(fastify: FastifyInstance, base: string): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string') return payload;
    if (!String(reply.getHeader('content-type')).startsWith('application/problem+json')) return payload;
    void reply.header('vary', 'accept');
    if (!wantsPage(request.headers.accept)) return payload;
    void reply.type('text/html; charset=utf-8').removeHeader('content-length');
    return problemPage(JSON.parse(payload) as Problem, base);
  });
}

/**
 * Is HTML asked for by name, and JSON not rather? Clients that say nothing, or take anything, get JSON. Browsers name XHTML beside HTML; Java's
 * HttpURLConnection names HTML alone, for programs.
 */
export function wantsPage(accept: string | undefined): boolean {
  const asked = accept?.toLowerCase() ?? '';
  if (!asked.includes('text/html') || !asked.includes('application/xhtml+xml')) return false;
  const weight = (type: string): number => {
    const found = asked
      .split(',')
      .map((one) => one.split(';').map((part) => part.trim()))
      .find(([name]) => name === type);
    if (!found) return 0;
    const q = found.find((part) => part.startsWith('q='));
    return q === undefined ? 1 : Number(q.slice(2)) || 0;
  };
  return weight('text/html') > Math.max(weight('application/json'), weight('application/problem+json'));
}

/** @returns the whole page; everything of the problem is in it as text */
export function problemPage(
  { title, status, code, detail, errors, instance }: Problem,
  base: string,
): string {
  const [heading, at] = [`${status} ${title}`, instance ?? ''];
  const mistakes = errors.map(
    (error) => `<li><code>${asText(error.pointer)}</code> ${asText(error.detail)}</li>`,
  );
  const login = status === 401 ? `<a href="${asText(base)}/login">Log in</a> · ` : '';
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${asText(heading)} · Understudy</title></head>
<body><main>
<h1>${asText(heading)}</h1>
<p>${asText(detail)}</p>
${mistakes.length > 0 ? `<ul>${mistakes.join('')}</ul>\n` : ''}<p><code>${asText(at)}</code> <small>${asText(code)}</small></p>
<p>${login}<a href="${asText(base)}/">Overview</a> · <a href="${asText(base)}/docs/">Documents</a> · <a href="${asText(base)}/api/docs">API</a></p>
</main></body>
</html>
`;
}
