// After a login people land on our own pages, whatever returnTo says. Needs OIDC_ISSUER set to a provider that logs in at once (fake-issuer.mjs).
import { API, check, finish } from './lib.mjs';

const odd = [
  '/ok',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example/phish',
  '/\n/evil.example',
  '/\r/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/%09/evil.example',
  '/\x0b/evil.example',
  'https:evil.example',
  'javascript:alert(1)',
  '/\u2028/evil.example',
  '/.//evil.example',
  '/x/..//evil.example',
];
for (const returnTo of odd) {
  const login = await fetch(`${API}/api/v1/auth/login?returnTo=${encodeURIComponent(returnTo)}`, {
    redirect: 'manual',
  });
  if (login.status === 400) {
    check(true, `${JSON.stringify(returnTo)} is refused`);
    continue;
  }
  const cookie = login.headers.get('set-cookie')?.split(';')[0];
  const atIssuer = await fetch(login.headers.get('location'), { redirect: 'manual' });
  const back = await fetch(atIssuer.headers.get('location'), { redirect: 'manual', headers: { cookie } });
  const location = back.headers.get('location');
  const lands = location === null ? null : new URL(location, `${API}/x`).origin;
  check(lands === new URL(API).origin, JSON.stringify(returnTo), [back.status, location]);
}
await finish();
