import {
  type ClientHttp2Session,
  connect,
  type IncomingHttpHeaders,
  type SecureClientSessionOptions,
} from 'node:http2';

/** What a client of HTTP/2 hears: head and trailers in one, and the body. */
export interface Http2Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends one request by HTTP/2 from the first byte on, and never ends its body, as a client that streams. */
export async function askByHttp2(
  url: string,
  headers: Record<string, string>,
  options: SecureClientSessionOptions = {},
): Promise<Http2Answer> {
  const session: ClientHttp2Session = connect(url, options);
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject).on('close', () => reject(new Error('the connection was closed')));
      const stream = session.request({ ':method': 'POST', ':path': '/models/m/infer', ...headers });
      let all: IncomingHttpHeaders = {};
      let body = '';
      stream.on('error', reject);
      stream.on('response', (head) => (all = { ...all, ...head }));
      stream.on('trailers', (trailers) => (all = { ...all, ...trailers }));
      stream.on('data', (bytes: Buffer) => (body += bytes.toString()));
      stream.on('end', () => resolve({ headers: all, body }));
      stream.write('x');
    });
  } finally {
    session.destroy();
  }
}

/** As a client of gRPC does. @returns what it makes of the answer */
export async function askByGrpc(
  url: string,
  options: SecureClientSessionOptions = {},
): Promise<{ httpStatus: unknown; status: unknown; message: unknown }> {
  const { headers } = await askByHttp2(url, { 'content-type': 'application/grpc', te: 'trailers' }, options);
  const { ':status': httpStatus, 'grpc-status': status, 'grpc-message': message } = headers;
  return { httpStatus, status, message };
}
