import { useEffect, useState } from 'react';
import { lookAtModel, type SeenModel, UnderstudyError } from '#libs/client';
import { client } from '../../api.ts';
import { type Looked, newestLook } from './newest-look.ts';

/** A model as a dialog shows it, and the way to say a word to it as it was shown. */
interface Shown extends Looked<SeenModel> {
  readonly say: <A>(word: (seen: SeenModel) => Promise<A>) => Promise<A>;
}

/** Where a model stands when a dialog opens: what its word is for. It is looked at once, and anew after a refusal, or where that look has failed. */
export function useSeenModel(model: string, isOpen: boolean): Shown {
  const [looked, setLooked] = useState<Looked<SeenModel>>({ seen: null, isLooking: false });
  const [newest] = useState(() => newestLook<SeenModel>(setLooked));
  const look = (): Promise<void> => newest(() => lookAtModel(client, model));
  useEffect(() => {
    if (isOpen) void look().catch(() => undefined);
  }, [model, isOpen]);
  const seen = looked.seen?.model === model ? looked.seen : null;
  const say = async <A>(word: (seen: SeenModel) => Promise<A>): Promise<A> => {
    if (seen === null) {
      await look();
      throw new Error(
        `Nobody knew yet where ${model} stands. Now it is loaded: read what this does, and press again.`,
      );
    }
    return word(seen).catch(async (error: unknown) => {
      // Why it was refused is what is said, also where the look after it fails.
      if (error instanceof UnderstudyError && error.code === 'changed_meanwhile')
        await look().catch(() => undefined);
      throw error;
    });
  };
  return { seen, isLooking: looked.isLooking, say };
}
