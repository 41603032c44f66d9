import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '#libs/processes';
import { startForeign, type Started } from './foreign-server.ts';

/** The model servers: one nginx that answers on two ports at once, as fast as anything here can. */
export async function startBackends(answer: string): Promise<Started & { readonly second: number }> {
  const second = await freePort();
  // nginx takes no parameter of more than 4,096 bytes.
  const pieces = answer.match(/[^]{1,3000}/g) ?? [''];
  const sets = pieces.map((piece, i) => `set $p${i}x '${piece}';`).join(' ');
  const whole = pieces.map((_, i) => `$p${i}x`).join('');
  const server = (port: number): string =>
    `server { listen 127.0.0.1:${port} backlog=4096;
       location / { ${sets} default_type application/json; return 200 ${whole}; } }`;
  const started = await startNginx((port) => server(port) + server(second));
  return { ...started, second };
}

/** nginx that splits by the unit (`split_clients`) or mirrors everything (`mirror`). */
export function startNginxProxy(
  kind: 'split' | 'mirror',
  primary: number,
  candidate: number,
  percent: number,
  workers = 1,
): Promise<Started> {
  const upstream = (name: string, port: number): string =>
    `upstream ${name} { server 127.0.0.1:${port}; keepalive 64; keepalive_requests 1000000; }`;
  const pass = 'proxy_http_version 1.1; proxy_set_header Connection "";';
  const split =
    percent === 0
      ? 'map $remote_addr $chosen { default primary; }'
      : `split_clients "$http_x_understudy_unit" $chosen { ${percent}% candidate; * primary; }`;
  const locations =
    kind === 'split'
      ? `location / { ${pass} proxy_pass http://$chosen; }`
      : `location / { mirror /mirror; ${pass} proxy_pass http://primary; }
         location = /mirror { internal; ${pass} proxy_pass http://candidate$request_uri; }`;
  return startNginx(
    (port) =>
      `${upstream('primary', primary)} ${upstream('candidate', candidate)} ${split}
       server { listen 127.0.0.1:${port} backlog=4096; keepalive_requests 1000000; ${locations} }`,
    workers,
  );
}

async function startNginx(servers: (port: number) => string, workers = 1): Promise<Started> {
  const port = await freePort();
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-nginx-'));
  await chmod(folder, 0o777); // the worker is another user
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  const file = path.join(folder, 'nginx.conf');
  await writeFile(
    file,
    `daemon off; worker_processes ${workers}; pid ${folder}/pid; error_log ${folder}/error.log;
     events { worker_connections 4096; }
     http { access_log off; keepalive_requests 1000000; client_max_body_size 64m; ${temp} ${servers(port)} }`,
  );
  return startForeign('nginx', ['-c', file, '-e', `${folder}/error.log`], port, folder);
}
