import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Download, Rocket, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { promoteSeen, UnderstudyError } from '#libs/client';
import { client, dataOf } from '../../api.ts';
import { Confirm, Failure } from '../../parts/basics.tsx';
import { useSeenModel } from '../../parts/shell/seen-model.ts';
import { ReleaseDialog } from '../../parts/version/release-dialog.tsx';
import { actionsQuery, type Model, type Version, whyNot } from '../../queries.ts';
import { uploadQuery } from '../../version-queries.ts';

interface ActionsProps {
  readonly model: Model;
  readonly version: Version;
  /** It was primary before, so that one can go back to it. */
  readonly hasServed: boolean;
}

/** Was it refused because a freeze window is open? */
const isFrozen = (error: unknown): boolean => error instanceof UnderstudyError && error.code === 'frozen';

/**
 * What may be done with a version, as it stands. Back to a version that has served is a promotion at once: the api's rollback goes to the last proven
 * one alone, and this one may have been taken off.
 */
export function Actions({ model, version: { version, artifact, state }, hasServed }: ActionsProps) {
  const [asked, setAsked] = useState<'release' | 'back' | null>(null);
  const queries = useQueryClient();
  const actions = useQuery({ ...actionsQuery(model.name, version), enabled: asked === 'back' });
  const { seen, isLooking, say } = useSeenModel(model.name, asked === 'back');
  const [overrideFreeze, setOverrideFreeze] = useState(false);
  const isFree = state !== 'primary' && state !== 'candidate' && model.retirement === null;
  const goBack = async (reason: string): Promise<void> => {
    await say((shown) => promoteSeen(client, shown, { version, reason, force: false, overrideFreeze }));
    await queries.invalidateQueries();
  };
  const leaving = seen === null ? model.primary : seen.primary;
  return (
    <div className="buttons">
      <DownloadArtifact name={`${model.name}-${version}`} digest={artifact?.digest ?? null} />
      {isFree && hasServed && (
        <button
          type="button"
          onClick={() => {
            setOverrideFreeze(false);
            setAsked('back');
          }}
        >
          <Undo2 className="icon" size={16} aria-hidden="true" /> Back to this version…
        </button>
      )}
      {isFree && (
        <button type="button" className="primary" onClick={() => setAsked('release')}>
          <Rocket className="icon" size={16} aria-hidden="true" /> Release…
        </button>
      )}
      {asked === 'release' && <ReleaseDialog model={model} version={version} close={() => setAsked(null)} />}
      {asked === 'back' && (
        <Confirm
          title={`Back to ${model.name} ${version}?`}
          consequence={`Version ${version} serves everybody at once, without steps${leaving === null ? '' : `; version ${leaving} leaves`}.`}
          verb="Make it primary"
          isDangerous
          hindrance={whyNot(actions.data, 'promote')}
          isWaiting={isLooking}
          act={goBack}
          close={() => setAsked(null)}
          remedy={(refused) =>
            isFrozen(refused) && (
              <label className="check">
                <input
                  type="checkbox"
                  checked={overrideFreeze}
                  onChange={(event) => setOverrideFreeze(event.target.checked)}
                />{' '}
                Although a freeze window is open
              </label>
            )
          }
        />
      )}
    </div>
  );
}

/** Where the bytes were uploaded here. Fetched, since a link could not say who asks. */
function DownloadArtifact({ name, digest }: { name: string; digest: string | null }) {
  const upload = useQuery(uploadQuery(digest));
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (digest === null || upload.data?.isHere !== true) return null;
  const download = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const params = { path: { digest } };
      const bytes = dataOf(await client.GET('/api/v1/artifacts/{digest}', { params, parseAs: 'blob' }));
      const url = URL.createObjectURL(bytes as unknown as Blob);
      Object.assign(document.createElement('a'), { href: url, download: name }).click();
      URL.revokeObjectURL(url);
    } catch (failed) {
      setError(failed);
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" disabled={isBusy} onClick={() => void download()}>
        <Download className="icon" size={16} aria-hidden="true" /> Download
      </button>
      {error !== null && <Failure error={error} />}
    </>
  );
}
