import { useEffect, useState } from 'react';
import { lookAtModel, type SeenModel, UnderstudyError } from '#libs/client';
import { client } from '../../api.ts';

/** A model as a dialog shows it, and the way to say a word to it as it was shown. */
interface Shown {
  /** `null`: it is not loaded yet. */
  readonly seen: SeenModel | null;
  readonly isLooking: boolean;
  readonly say: <A>(word: (seen: SeenModel) => Promise<A>) => Promise<A>;
}

/** Where a model stands when a dialog opens: what its word is for. It is looked at once, and anew after a refusal. */
export function useSeenModel(model: string, isOpen: boolean): Shown {
  const [looked, setLooked] = useState<SeenModel | null>(null);
  const [isLooking, setLooking] = useState(false);
  const look = async (): Promise<void> => {
    setLooked(null);
    setLooking(true);
    setLooked(await lookAtModel(client, model).finally(() => setLooking(false)));
  };
  useEffect(() => {
    if (isOpen) void look().catch(() => undefined);
  }, [model, isOpen]);
  const seen = looked?.model === model ? looked : null;
  const say = async <A>(word: (seen: SeenModel) => Promise<A>): Promise<A> => {
    if (seen === null) throw new Error(`What ${model} stands at is not loaded yet. Press again.`);
    return word(seen).catch(async (error: unknown) => {
      if (error instanceof UnderstudyError && error.code === 'changed_meanwhile') await look();
      throw error;
    });
  };
  return { seen, isLooking, say };
}
