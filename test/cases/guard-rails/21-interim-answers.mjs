// nginx with keep-alive in front. An interim answer with a length makes it take A's answer for the next caller's, who asked B.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  check,
  finish,
  firstPrimary,
  GATEWAY_PORT,
  JSON_TYPE,
  modelServer,
  onEnd,
  rawServer,
  RUN,
  sleep,
  waitFor,
} from './lib.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'understudy-nginx-'));
const port = await new Promise((resolve) => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = server.address();
    server.close(() => resolve(free));
  });
});
const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
  (kind) => `${kind}_temp_path ${folder}/${kind};`,
);
writeFileSync(
  `${folder}/nginx.conf`,
  `daemon off; pid ${folder}/pid; error_log ${folder}/error.log info; worker_processes 1; events {} http { access_log off;
 ${temporary.join(' ')}
 upstream gw { server 127.0.0.1:${GATEWAY_PORT}; keepalive 1; }
 server { listen 127.0.0.1:${port}; location / { proxy_pass http://gw; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host g; } } }`,
);
const nginx = spawn('nginx', ['-c', `${folder}/nginx.conf`, '-p', folder], { stdio: 'ignore' });
onEnd(async () => {
  nginx.kill('SIGTERM');
  await sleep(300);
  rmSync(folder, { recursive: true, force: true });
});
const up = await waitFor(
  async () => await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null),
  5_000,
);
check(up, 'nginx is up');

let interim = '';
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const evil = await rawServer((socket) => {
  let got = '';
  socket.on('data', (part) => {
    got += part.toString('latin1');
    if (!got.includes('\r\n\r\n')) return;
    const attack = got.includes('attack');
    got = '';
    if (!attack) return socket.write(OK);
    socket.write(`HTTP/1.1 ${interim}\r\n\r\n`);
    setTimeout(
      () =>
        socket.write(
          'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 34\r\n\r\n{"label":"EVIL ANSWER OF MODEL A"}',
        ),
      300,
    );
  });
});
const good = await modelServer(() => [200, JSON_TYPE, '{"label":"the right answer of B"}']);
const [a, b] = [`a-${RUN}`, `b-${RUN}`];
await firstPrimary(a, evil.url);
await firstPrimary(b, good.url);
const ask = (target) =>
  new Promise((resolve) => {
    const options = {
      port,
      host: '127.0.0.1',
      path: target,
      method: 'POST',
      headers: { 'content-length': 2 },
    };
    const request = http.request({ ...options, agent: false, timeout: 4_000 }, (response) => {
      let text = '';
      response.on('data', (part) => (text += part));
      response.on('end', () => resolve(text));
      response.on('error', () => resolve(text));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', (error) => resolve(error.message));
    request.end('{}');
  });
for (const kind of [
  '103 Early Hints\r\ncontent-length: 0',
  '100 Continue\r\ncontent-length: 0',
  '199 Odd\r\ncontent-length: 0',
  '103 Early Hints\r\ntransfer-encoding: chunked',
]) {
  interim = kind;
  let wrong = 0;
  for (let i = 0; i < 6; i++) {
    const attacker = ask(`/models/${a}/attack`);
    await sleep(75);
    if ((await ask(`/models/${b}/predict`)) !== '{"label":"the right answer of B"}') wrong++;
    await attacker;
    await sleep(250);
  }
  check(wrong === 0, `${JSON.stringify(kind)}: callers of B get B’s answer`, wrong);
}
await finish();
