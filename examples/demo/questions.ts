import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { kendallTauB } from '#libs/traffic';
import type { Question } from './traffic.ts';

interface Answer {
  readonly outputs: readonly { readonly name: string; readonly data: readonly number[] }[];
}

/** Items in one request to the ranker. */
const RANKED = 12;

const output = (answer: unknown, name: string): readonly number[] =>
  (answer as Answer).outputs.find((o) => o.name === name)?.data ?? [];

/** The held-out digits: an answer scores 1 when its label is right, so the mean is the accuracy. */
export async function digitQuestions(dataFolder: string): Promise<Question[]> {
  const { rows } = await readRows<{ pixels: number[]; label: number }>(dataFolder, 'digits-held-out.json');
  return rows.map(({ pixels, label }) => ({
    body: JSON.stringify({ inputs: [{ name: 'pixels', shape: [1, 64], datatype: 'FP32', data: pixels }] }),
    score: (answer) => (output(answer, 'label')[0] === label ? 1 : 0),
  }));
}

/** The same digits as rows for `mlflow models serve`. */
export async function digitRows(dataFolder: string): Promise<Question[]> {
  const { rows } = await readRows<{ pixels: number[]; label: number }>(dataFolder, 'digits-held-out.json');
  return rows.map(({ pixels, label }) => ({
    body: JSON.stringify({ inputs: [pixels] }),
    score: (answer) => ((answer as { predictions: readonly number[] }).predictions[0] === label ? 1 : 0),
  }));
}

/** Held-out patients, twelve at a time: an answer scores Kendall's tau between its ranking and the true one. */
export async function rankingQuestions(dataFolder: string): Promise<Question[]> {
  const { rows } = await readRows<{ features: number[]; progression: number }>(
    dataFolder,
    'diabetes-held-out.json',
  );
  return rows.map((_row, start) => {
    const items = Array.from({ length: RANKED }, (_item, i) => rows[(start + i * 11) % rows.length]).filter(
      (row) => row !== undefined,
    );
    return {
      body: JSON.stringify({
        inputs: [
          {
            name: 'features',
            shape: [items.length, 10],
            datatype: 'FP32',
            data: items.flatMap((row) => row.features),
          },
        ],
      }),
      score: (answer) =>
        kendallTauB(
          [...output(answer, 'score')],
          items.map((row) => row.progression),
        ) ?? 0,
    };
  });
}

async function readRows<T>(folder: string, file: string): Promise<{ rows: T[] }> {
  return JSON.parse(await readFile(path.join(folder, file), 'utf8')) as { rows: T[] };
}
