import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An OpenID provider that logs everybody in at once, as the person whose claims these are. */
export async function startInstantIssuer(
  claims: Record<string, unknown> & { sub: string },
): Promise<{ readonly url: string; readonly close: () => void }> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const key = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
  const nonces = new Map<string, string>();
  let url = '';
  const answer = async (path: URL, form: URLSearchParams): Promise<unknown> => {
    switch (path.pathname) {
      case '/.well-known/openid-configuration':
        return {
          issuer: url,
          authorization_endpoint: `${url}/auth`,
          token_endpoint: `${url}/token`,
          jwks_uri: `${url}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        };
      case '/jwks':
        return { keys: [key] };
      case '/token':
        return {
          access_token: 'x',
          token_type: 'Bearer',
          expires_in: 60,
          id_token: await new SignJWT({ nonce: nonces.get(form.get('code') ?? ''), ...claims })
            .setProtectedHeader({ alg: 'RS256', kid: 'k' })
            .setIssuer(url)
            .setAudience('understudy')
            .setIssuedAt()
            .setExpirationTime('5m')
            .sign(privateKey),
        };
      default:
        return null;
    }
  };
  const server: Server = createServer((request, response) => {
    void (async () => {
      const path = new URL(request.url ?? '/', url);
      if (path.pathname === '/auth') {
        const code = `code-${nonces.size}`;
        nonces.set(code, path.searchParams.get('nonce') ?? '');
        const back = new URL(path.searchParams.get('redirect_uri') ?? '');
        back.search = new URLSearchParams({ code, state: path.searchParams.get('state') ?? '' }).toString();
        return response.writeHead(302, { location: back.href }).end();
      }
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = await answer(path, new URLSearchParams(Buffer.concat(parts).toString()));
      response.setHeader('content-type', 'application/json');
      response.writeHead(body === null ? 404 : 200).end(JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => (server.closeAllConnections(), server.close()) };
}
