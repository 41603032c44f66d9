const SAMPLE = /^([A-Za-z_:][\w:]*)\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\} (\S+)/;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const MODEL = 'model';

/**
 * Figures in Prometheus' text format with all models added up, so that no model's name is among them. What
 * cannot be added up (gauges of each model) is left out.
 */
export function withoutModels(text: string): string {
  const lines: string[] = [];
  const sums = new Map<string, { at: number; sum: number }>();
  const gauges = new Set([...text.matchAll(/^# TYPE (\S+) gauge$/gm)].map(([, name]) => name));
  for (const line of text.split('\n')) {
    const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    const named = [...labels.matchAll(LABEL)];
    if (!named.some(([, label]) => label === MODEL)) {
      lines.push(line);
      continue;
    }
    if (gauges.has(name)) continue;
    const rest = named.filter(([, label]) => label !== MODEL).map(([whole]) => whole);
    const key = rest.length === 0 ? name : `${name}{${rest.join()}}`;
    const known = sums.get(key) ?? { at: lines.length, sum: 0 };
    known.sum += Number(value);
    sums.set(key, known);
    lines[known.at] = `${key} ${known.sum}`;
  }
  return lines.join('\n');
}
