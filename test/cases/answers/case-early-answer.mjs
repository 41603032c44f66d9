// The model server refuses a large upload early (413) while the caller is still sending: the caller gets that answer.
import { rawModel, register, until, call, finish, RUN, check, net, GATEWAY, sleep } from './lib.mjs';
const n = `early-${RUN}`;
// one that reads on for 5 s after its answer, as nginx does; and one that closes at once
for (const [label, linger] of [
  ['reads on (lingering close)', true],
  ['closes at once', false],
]) {
  const m = await rawModel((s) => {
    let text = '';
    let answered = false;
    s.on('data', (d) => {
      if (answered) return;
      text += d.toString('latin1');
      if (!text.includes('\r\n\r\n')) return;
      if (/GET .*ready/.test(text))
        return void s.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}');
      if (/content-length: 2\b/i.test(text))
        return void s.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}');
      answered = true;
      s.write('HTTP/1.1 413 Payload Too Large\r\ncontent-length: 9\r\nconnection: close\r\n\r\ntoo large');
      if (linger) setTimeout(() => s.destroy(), 5000);
      else {
        s.end();
        s.pause();
        setTimeout(() => s.destroy(), 50);
      }
    });
  });
  const name = `${n}-${linger ? 'linger' : 'close'}`;
  await register(name, m.url);
  await until('served', async () => (await call(`/models/${name}/x`)).status === 200);
  // a caller that sends 24 MiB at 8 MiB/s and reads only afterwards, as many clients do
  const got = await new Promise((resolve) => {
    const u = new URL(GATEWAY);
    const s = net.connect(u.port, u.hostname);
    let out = '',
      error = null;
    s.on('error', (e) => (error = e.code));
    s.on('data', (d) => (out += d));
    s.on('close', () => resolve({ out, error }));
    s.write(`POST /models/${name}/x HTTP/1.1\r\nhost: x\r\ncontent-length: ${24 * 1024 * 1024}\r\n\r\n`);
    s.pause();
    (async () => {
      const chunk = Buffer.alloc(256 * 1024, 120);
      for (let i = 0; i < 96 && !error; i++) {
        s.write(chunk);
        await sleep(31);
      }
      s.resume();
      await sleep(2000);
      s.destroy();
    })();
  });
  check(/^HTTP\/1.1 413/.test(got.out), `model server ${label}: the caller gets the 413`, {
    got: got.out.split('\r\n')[0] || '(nothing)',
    error: got.error,
  });
}
await finish();
