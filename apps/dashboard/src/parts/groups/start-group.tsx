import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { client, dataOf } from '../../api.ts';
import { EMPTY_MEMBER, groupBody, type MemberRow, namedBefore } from '../../group-body.ts';
import { type Model, modelQuery, type Rollout, versionsQuery } from '../../queries.ts';
import { useRequestKeys } from '../../request-keys.ts';
import { Confirm } from '../basics.tsx';
import { ChooseModel } from '../choose-model.tsx';
import { StartTime } from '../start-time.tsx';

/** The api takes no more (`MOST_MEMBERS`). */
const MOST = 20;

/** Begins a release group: versions of several models that become primary together, or not at all. */
export function StartGroup({ models, mayBeMore }: { models: readonly Model[]; mayBeMore: boolean }) {
  const [isAsked, setAsked] = useState(false);
  if (!mayBeMore && models.filter(serves).length < 2) return null;
  return (
    <>
      <button type="button" className="plain" onClick={() => setAsked(true)}>
        Release several together
      </button>
      {isAsked && <Asking close={() => setAsked(false)} />}
    </>
  );
}

/** One needs something to go back to. */
const serves = ({ primary }: Model): boolean => primary !== null;

function Asking({ close }: { close: () => void }) {
  const [rows, setRows] = useState<readonly MemberRow[]>([EMPTY_MEMBER, EMPTY_MEMBER]);
  const [startAt, setStartAt] = useState('');
  const queries = useQueryClient();
  const keys = useRequestKeys();
  const [, go] = useLocation();
  const replace = (at: number, row: MemberRow | null): void =>
    setRows(rows.flatMap((one, i) => (i === at ? (row ?? []) : one)));
  const start = async (reason: string): Promise<void> => {
    const body = groupBody(rows, reason, startAt) as never;
    const made = dataOf(
      await keys.send(body, (headers) => client.POST('/api/v1/release-groups', { body, headers })),
    );
    await queries.invalidateQueries();
    const [first] = made.members as readonly Rollout[];
    if (first) go(`/rollouts/${first.id}`);
  };
  return (
    <Confirm
      title="Release several together?"
      consequence="Each goes its way by its model’s policy. They become primary in the same moment; when one fails, all go back."
      verb="Release together"
      act={start}
      close={close}
    >
      {rows.map((row, at) => (
        <Member
          key={at}
          {...{ row, at }}
          isTwice={namedBefore(rows, at)}
          set={(changed) => replace(at, changed)}
          remove={rows.length > 2 ? () => replace(at, null) : null}
        />
      ))}
      {rows.length < MOST && (
        <button type="button" className="plain" onClick={() => setRows([...rows, EMPTY_MEMBER])}>
          Add a model
        </button>
      )}
      <StartTime value={startAt} set={setStartAt} />
    </Confirm>
  );
}

interface MemberProps {
  readonly row: MemberRow;
  readonly at: number;
  readonly isTwice: boolean;
  readonly set: (row: MemberRow) => void;
  readonly remove: (() => void) | null;
}

function Member({ row: { model, version }, at, isTwice, set, remove }: MemberProps) {
  const { data: versions = [] } = useQuery({ ...versionsQuery(model), enabled: model !== '' });
  const { data: known } = useQuery({ ...modelQuery(model), enabled: model !== '' });
  const primary = known?.primary;
  return (
    <fieldset>
      <legend>Model {at + 1}</legend>
      <ChooseModel required value={model} set={(name) => set({ model: name, version: '' })} mayBe={serves} />
      {isTwice && <p className="bad">It is named above: a group has one version of each model.</p>}
      <label>
        Version{' '}
        <select required value={version} onChange={(event) => set({ model, version: event.target.value })}>
          <option value="">choose one</option>
          {versions
            .filter((one) => one.version !== primary)
            .map((one) => (
              <option key={one.version}>{one.version}</option>
            ))}
        </select>
      </label>
      {remove && (
        <button type="button" className="plain" onClick={remove}>
          Take away model {at + 1}
        </button>
      )}
    </fieldset>
  );
}
