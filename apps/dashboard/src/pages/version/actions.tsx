import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Download, Rocket, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { client, dataOf } from '../../api.ts';
import { Confirm, Failure } from '../../parts/basics.tsx';
import { ReleaseDialog } from '../../parts/version/release-dialog.tsx';
import { actionsQuery, type Model, type Version, whyNot } from '../../queries.ts';
import { uploadQuery } from '../../version-queries.ts';

interface ActionsProps {
  readonly model: Model;
  readonly version: Version;
  /** It was primary before, so that one can go back to it. */
  readonly hasServed: boolean;
}

/**
 * What may be done with a version, as it stands. Back to a version that has served is a promotion at once: the api's rollback goes to the last proven
 * one alone, and this one may have been taken off.
 */
export function Actions({ model, version: { version, artifact, state }, hasServed }: ActionsProps) {
  const [asked, setAsked] = useState<'release' | 'back' | null>(null);
  const queries = useQueryClient();
  const actions = useQuery({ ...actionsQuery(model.name, version), enabled: asked === 'back' });
  const path = { model: model.name };
  const isFree = state !== 'primary' && state !== 'candidate' && model.retirement === null;
  const goBack = async (reason: string): Promise<void> => {
    const body = { version, reason, force: false };
    dataOf(await client.POST('/api/v1/models/{model}/promote', { params: { path }, body }));
    await queries.invalidateQueries();
  };
  return (
    <div className="buttons">
      <DownloadArtifact name={`${model.name}-${version}`} digest={artifact?.digest ?? null} />
      {isFree && hasServed && (
        <button type="button" onClick={() => setAsked('back')}>
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
          consequence={`Version ${version} serves everybody at once, without steps${model.primary === null ? '' : `; version ${model.primary} leaves`}.`}
          verb="Make it primary"
          isDangerous
          hindrance={whyNot(actions.data, 'promote')}
          act={goBack}
          close={() => setAsked(null)}
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
