import { addressUnder, redact } from '#libs/kernel';
import { isDeepStrictEqual } from 'node:util';
import { describeUnread, type OutputSpec, parseJsonPath, readJsonPath, writeJson } from '#libs/traffic';
import type { ModelCaller } from '../ports/ports.ts';
import type { GoldenExpectation, GoldenRequest } from '../ports/records.ts';

/** What one golden request got. */
export interface GoldenResult {
  readonly name: string;
  readonly slice: string | null;
  readonly status: number | null;
  readonly latencyMs: number | null;
  /** Every expectation that does not hold, in words; empty: it passed. */
  readonly wrong: readonly string[];
}

/** Asks a version one golden request, and says what of the answer is wrong, by what is expected and by its output spec. */
export async function askGolden(
  caller: ModelCaller,
  servingUrl: string,
  request: GoldenRequest,
  outputSpec: OutputSpec | null,
): Promise<GoldenResult> {
  const { name, slice, method, path, body } = request;
  try {
    const answer = await caller.call(addressUnder(servingUrl, path), { method, body });
    const wrong =
      answer.status >= 400
        ? [`it answers ${answer.status}`]
        : [
            ...request.expect.flatMap((expectation) => unmet(expectation, answer.body) ?? []),
            ...unreadBy(outputSpec, answer.body),
          ];
    return { name, slice, status: answer.status, latencyMs: answer.latencyMs, wrong };
  } catch (error) {
    return { name, slice, status: null, latencyMs: null, wrong: [`no answer: ${(error as Error).message}`] };
  }
}

function unreadBy(spec: OutputSpec | null, answer: unknown): readonly string[] {
  const unread = spec && describeUnread(answer, spec);
  return unread ? [`the output spec reads nothing: ${unread.detail}`] : [];
}

/** What is wrong with an answer by one expectation; `null` when it holds. */
function unmet(expectation: GoldenExpectation, answer: unknown): string | null {
  const path = parseJsonPath(expectation.path);
  const at = path === null ? undefined : readJsonPath(answer, path);
  // Integers beyond 2^53 are read exactly; bounds and expectations are stored as numbers.
  const found = typeof at === 'bigint' ? Number(at) : at;
  if (found === undefined) return `nothing is at ${expectation.path}`;
  const { equals, min, max, tolerance } = expectation;
  if (equals !== undefined && !isClose(found, equals, tolerance))
    return `${expectation.path} is ${shown(found)}, not ${shown(equals)}${tolerance > 0 ? ` ± ${tolerance}` : ''}`;
  if (min === undefined && max === undefined) return null;
  if (typeof found !== 'number' || !Number.isFinite(found))
    return `${expectation.path} is no number: ${shown(found)}`;
  if (min !== undefined && found < min) return `${expectation.path} is ${found}, less than ${min}`;
  if (max !== undefined && found > max) return `${expectation.path} is ${found}, more than ${max}`;
  return null;
}

function isClose(a: unknown, b: unknown, tolerance: number): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b || Math.abs(a - b) <= tolerance;
  if (typeof a === 'bigint') return isClose(Number(a), b, tolerance);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => isClose(item, b[i], tolerance));
  return isDeepStrictEqual(a, b);
}

const shown = (value: unknown): string => redact(writeJson(value, 2_000)).slice(0, 100);
