import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { UnderstudyError } from '#libs/client';
import { client } from '../api.ts';
import { segmentsQuery } from '../queries.ts';
import { Empty, Failure, Load } from './basics.tsx';
import {
  EMPTY_ROW,
  type Field,
  fieldOf,
  type Kind,
  namedTwice,
  type Row,
  rowsOf,
  type Segments,
  segmentsOf,
} from './segment-form.ts';

const PLACES: Readonly<Record<Kind, string>> = {
  ...{ header: 'Header', jsonPath: 'Path in the request body' },
  units: 'List of units',
};

/** On a model's page: the named groups of its callers, for rings, and a form to change them. */
export function CallerSegments({ model }: { model: string }) {
  const segments = useQuery(segmentsQuery(model));
  const [edited, setEdited] = useState<{
    readonly rows: readonly Row[];
    readonly etag: string | null;
  } | null>(null);
  return (
    <section aria-labelledby="segments">
      <h2 id="segments">Segments of callers</h2>
      <Load query={segments} lines={2}>
        {({ known, etag }) =>
          edited ? (
            <Form model={model} begun={edited.rows} etag={edited.etag} close={() => setEdited(null)} />
          ) : (
            <>
              <Shown known={known} />
              <button
                type="button"
                className="plain"
                onClick={() => setEdited({ rows: rowsOf(known), etag })}
              >
                Change segments
              </button>
            </>
          )
        }
      </Load>
    </section>
  );
}

function Shown({ known }: { known: Segments }) {
  const rows = rowsOf(known);
  if (rows.length === 0)
    return <Empty>None. A canary for a segment shows a version to staff, say, before everybody.</Empty>;
  return (
    <ul className="plain-list">
      {rows.map(({ name, kind, place, entries }) => {
        const list = entries.split('\n');
        return (
          <li key={name}>
            <strong>{name}</strong>{' '}
            <span className="quiet">
              {kind === 'units'
                ? `${list.length} listed units`
                : `${kind === 'header' ? 'header' : 'body'} ${place}: ${list.join(', ')}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

interface FormProps {
  readonly model: string;
  readonly begun: readonly Row[];
  /** Of what the form began with: whoever changed them meanwhile is not undone. */
  readonly etag: string | null;
  readonly close: () => void;
}

function Form({ model, begun, etag, close }: FormProps) {
  const [rows, setRows] = useState(begun.length === 0 ? [EMPTY_ROW] : begun);
  /** What was refused, and the rows that it was about. */
  const [refused, setRefused] = useState<{ readonly error: unknown; readonly sent: readonly Row[] } | null>(
    null,
  );
  const queries = useQueryClient();
  const twice = namedTwice(rows);
  const set = (at: number, patch: Partial<Row>): void =>
    setRows(rows.map((row, i) => (i === at ? { ...row, ...patch } : row)));
  const save = async (): Promise<void> => {
    try {
      await client.PUT('/api/v1/models/{model}/segments', {
        params: { path: { model } },
        headers: etag === null ? {} : { 'if-match': etag },
        body: segmentsOf(rows),
      });
      await queries.invalidateQueries({ queryKey: ['model', model, 'segments'] });
      close();
    } catch (error) {
      setRefused({ error, sent: rows });
    }
  };
  const told = refused?.error instanceof UnderstudyError ? refused.error.problem.errors : [];
  const placed = told.map((one) => fieldOf(one, refused?.sent ?? []));
  const wrongIn = (row: number, field: Field): readonly string[] => [
    ...placed.flatMap((one) => (one?.row === row && one.field === field ? [one.detail] : [])),
    ...(field === 'name' && twice.includes(row) ? ['There is one of this name above.'] : []),
  ];
  const isAllPlaced = told.length > 0 && placed.every((one) => one !== null);
  return (
    <form
      className="card"
      aria-label="Segments"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {rows.map((row, at) => (
        <RowFields
          key={at}
          row={row}
          at={at}
          wrongIn={(field) => wrongIn(at, field)}
          set={(patch) => set(at, patch)}
          remove={() => setRows(rows.filter((_, i) => i !== at))}
        />
      ))}
      {refused !== null && !isAllPlaced && <Failure error={refused.error} />}
      {isAllPlaced && <p role="alert">Not saved: see the fields that are marked.</p>}
      <p className="quiet">A change reaches rings that have not begun; one that has keeps its members.</p>
      <div className="buttons">
        <button type="button" className="plain" onClick={() => setRows([...rows, EMPTY_ROW])}>
          Add a segment
        </button>
        <button type="submit" className="primary" disabled={twice.length > 0}>
          Save segments
        </button>
        <button type="button" className="plain" onClick={close}>
          Leave as they are
        </button>
      </div>
    </form>
  );
}

interface RowProps {
  readonly row: Row;
  readonly at: number;
  readonly wrongIn: (field: Field) => readonly string[];
  readonly set: (patch: Partial<Row>) => void;
  readonly remove: () => void;
}

function RowFields({ row, at, wrongIn, set, remove }: RowProps) {
  const wrong = (field: Field) => {
    const all = wrongIn(field);
    const id = `segment-${at}-${field}`;
    return {
      props: all.length === 0 ? {} : { 'aria-invalid': true, 'aria-describedby': id },
      shown: all.length > 0 && (
        <span id={id} className="field-error">
          {all.join('; ')}
        </span>
      ),
    };
  };
  const [name, place, entries] = [wrong('name'), wrong('place'), wrong('entries')];
  return (
    <fieldset>
      <legend>Segment {at + 1}</legend>
      <label>
        Name
        <input value={row.name} onChange={(event) => set({ name: event.target.value })} {...name.props} />
      </label>
      {name.shown}
      <label>
        Who is in it is said by
        <select value={row.kind} onChange={(event) => set({ kind: event.target.value as Kind })}>
          {Object.entries(PLACES).map(([kind, words]) => (
            <option key={kind} value={kind}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {row.kind !== 'units' && (
        <label>
          {row.kind === 'header' ? 'Name of the header' : 'Path'}
          <input
            value={row.place}
            placeholder={row.kind === 'header' ? 'x-team' : '$.user.plan'}
            onChange={(event) => set({ place: event.target.value })}
            {...place.props}
          />
        </label>
      )}
      {place.shown}
      <label>
        {row.kind === 'units' ? 'Units, one a line' : 'Values, one a line'}
        <textarea
          rows={4}
          value={row.entries}
          onChange={(event) => set({ entries: event.target.value })}
          {...entries.props}
        />
      </label>
      {entries.shown}
      <button type="button" className="plain" onClick={remove}>
        Take away<span className="hidden"> segment {at + 1}</span>
      </button>
    </fieldset>
  );
}
