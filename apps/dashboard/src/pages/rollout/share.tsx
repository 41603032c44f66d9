import { useMutation } from '@tanstack/react-query';
import { Share2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { client, dataOf } from '../../api.ts';
import { base } from '../../base.ts';
import { Failure } from '../../parts/basics.tsx';

const ENDS = [
  ['1d', 'for a day'],
  ['7d', 'for a week'],
  ['30d', 'for 30 days'],
] as const;

/** A link that shows this rollout to people without a login. @param model names it in the dialog */
export function Share({ id, name }: { id: string; name: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="plain" onClick={() => setOpen(true)}>
        <Share2 aria-hidden="true" size={16} /> share
      </button>
      {isOpen && <ShareDialog id={id} name={name} close={() => setOpen(false)} />}
    </>
  );
}

function ShareDialog({ id, name, close }: { id: string; name: string; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [expiresIn, setExpiresIn] = useState<string>('7d');
  const making = useMutation({
    mutationFn: async () =>
      dataOf(
        await client.POST('/api/v1/rollouts/{id}/share', { params: { path: { id } }, body: { expiresIn } }),
      ),
  });
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="share-title">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          making.mutate();
        }}
      >
        <h2 id="share-title">Share {name}</h2>
        <p>
          Whoever has the link sees how this rollout stands and what its gates say, without a login. Requests,
          answers, servers and people are not shown. That you shared it is on the record; a link cannot be
          called back.
        </p>
        <label>
          The link opens the page
          <select value={expiresIn} onChange={(event) => setExpiresIn(event.target.value)}>
            {ENDS.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
        {making.error && <Failure error={making.error} />}
        {making.data && <Made url={making.data.url} />}
        <div className="buttons">
          <button type="button" className="plain" onClick={() => dialog.current?.close()}>
            Close
          </button>
          <button type="submit" className="primary" disabled={making.isPending}>
            {making.data ? 'Make another link' : 'Make a link'}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** The link, and what chats show of it. */
function Made({ url }: { url: string }) {
  const [isCopied, setCopied] = useState(false);
  const place = `${base}/api/v1/shared-rollouts/${url.split('/').at(-1) ?? ''}`;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(url);
    setCopied(true);
  };
  return (
    <>
      <label>
        Link
        <input readOnly value={url} onFocus={(event) => event.target.select()} />
      </label>
      <p className="row">
        <a href={place} target="_blank" rel="noreferrer">
          Open it
        </a>
        {/* Browsers have a clipboard over https and on this machine only. */}
        {'clipboard' in navigator && (
          <button type="button" className="plain" onClick={() => void copy()}>
            {isCopied ? 'Copied' : 'Copy'}
          </button>
        )}
      </p>
      <img
        className="shared-card"
        src={`${place}/card.png`}
        alt="What chats show of it"
        width={600}
        height={315}
      />
    </>
  );
}
