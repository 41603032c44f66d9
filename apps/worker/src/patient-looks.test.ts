import { describe, expect, it } from '@jest/globals';
import { DirectWork } from './direct-work.ts';
import { PatientLooks } from './patient-looks.ts';

/** Looks that end when they are told to. */
function looks({ outside, mostAside }: { outside: (id: string) => boolean; mostAside?: number }) {
  const begun: string[] = [];
  const ends = new Map<string, { end: () => void; fail: (error: Error) => void }>();
  const errors: string[] = [];
  const onError = (error: unknown): void => void errors.push((error as Error).message);
  const patient = new PatientLooks(
    (id, _askedAt, goesOutside) => {
      begun.push(id);
      if (outside(id)) goesOutside();
      return new Promise((end, fail) => ends.set(id, { end, fail }));
    },
    onError,
    0,
    mostAside,
  );
  return { begun, ends, errors, patient, direct: new DirectWork((id, at) => patient.take(id, at), onError) };
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
const soon = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await turn();
};
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await turn();
};
const ids = (n: number): string[] => Array.from({ length: n }, (_, i) => `hangs-${i}`);

describe('looks that wait for somebody outside', () => {
  it('however many hang, hold nobody up who is behind them', async () => {
    const { begun, direct } = looks({ outside: (id) => id.startsWith('hangs') });
    direct.take([...ids(100), 'harmed'], 0);
    await until(() => begun.includes('harmed'));
    expect(begun).toHaveLength(101);
  });

  it('are held to a bound', async () => {
    const { begun, ends, direct } = looks({ outside: (id) => id.startsWith('hangs'), mostAside: 8 });
    direct.take([...ids(50), 'harmed'], 0);
    // Those aside, and those at the four places.
    await until(() => begun.length === 12);
    await soon();
    expect(begun).toHaveLength(12);
    await until(() => {
      for (const { end } of ends.values()) end();
      return begun.includes('harmed');
    });
    expect(begun).toHaveLength(51);
  });

  it('say what goes wrong with them, though nobody waits', async () => {
    const { ends, errors, patient } = looks({ outside: () => true });
    await patient.take('a', 0);
    ends.get('a')?.fail(new Error('the database is away'));
    await patient.stop();
    expect(errors).toEqual(['the database is away']);
  });

  it('that ask only the database keep their place: it has few connections', async () => {
    const { begun, direct } = looks({ outside: () => false });
    direct.take(ids(10), 0);
    await soon();
    expect(begun).toHaveLength(4);
  });

  it('that fail at their place say so to whoever gave it', async () => {
    const { ends, patient } = looks({ outside: () => false });
    const taken = patient.take('a', 0);
    ends.get('a')?.fail(new Error('no'));
    await expect(taken).rejects.toThrow('no');
  });
});
