const PREFIX = '/models/';

/** `/models/{model}/<rest>`: the name decoded, the rest with its query as it came. */
export function placeOf(url: string): { model: string; rest: string } | null {
  if (!url.startsWith(PREFIX)) return null;
  const hash = url.indexOf('#');
  const whole = hash < 0 ? url : url.slice(0, hash);
  const [slash, query] = [whole.indexOf('/', PREFIX.length), whole.indexOf('?', PREFIX.length)];
  const end = slash >= 0 && (query < 0 || slash < query) ? slash : query >= 0 ? query : whole.length;
  if (end === PREFIX.length) return null;
  const rest = whole.slice(end);
  return { model: decode(whole.slice(PREFIX.length, end)), rest: rest.startsWith('/') ? rest : `/${rest}` };
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
