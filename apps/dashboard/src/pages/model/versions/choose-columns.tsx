import { useId, useState } from 'react';

/** With so many names one is looked for. */
const MANY = 10;

interface ChooseColumnsProps {
  readonly names: readonly string[];
  readonly shown: readonly string[];
  readonly set: (shown: readonly string[]) => void;
}

/** Which metrics are columns of the table. */
export function ChooseColumns({ names, shown, set }: ChooseColumnsProps) {
  const [text, setText] = useState('');
  const id = useId();
  // What the address names is there to be taken away, also where no version that is loaded has it.
  const all = [...names, ...shown.filter((name) => !names.includes(name))];
  if (all.length === 0) return null;
  const found = all.filter((name) => name.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <details className="choose-columns">
      <summary className="button">
        Metrics: {shown.length} of {all.length}
      </summary>
      <fieldset>
        <legend className="hidden">Metrics that are columns</legend>
        {all.length > MANY && (
          <label>
            <span className="hidden">Find a metric</span>
            <input
              type="search"
              placeholder="Find a metric"
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          </label>
        )}
        <ul className="plain-list" aria-describedby={id}>
          {found.map((name) => (
            <li key={name}>
              <label className="check">
                <input
                  type="checkbox"
                  checked={shown.includes(name)}
                  onChange={({ target }) =>
                    set(target.checked ? [...shown, name] : shown.filter((one) => one !== name))
                  }
                />{' '}
                {name}
              </label>
            </li>
          ))}
        </ul>
        <p id={id} className="quiet">
          The address keeps them: a link shows others the same table.
        </p>
      </fieldset>
    </details>
  );
}
