import type { ReactNode } from 'react';

interface ScrollTableProps {
  /** What it holds; read aloud as "…, as a table". */
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A table that a narrow screen scrolls, by the keyboard too. */
export function ScrollTable({ label, className, children }: ScrollTableProps) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
      <table className={className}>{children}</table>
    </div>
  );
}

/** The heading of a column: its name, or what is shown in its place. */
type Column = string | { readonly name: string; readonly shown?: ReactNode };

interface TableProps extends ScrollTableProps {
  /** A column that is an object without `shown` is named for screen readers alone. */
  readonly columns: readonly Column[];
}

/** The same with a line of headings; its children are rows. */
export function Table({ columns, children, ...table }: TableProps) {
  return (
    <ScrollTable {...table}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={typeof column === 'string' ? column : column.name} scope="col">
              {typeof column === 'string'
                ? column
                : (column.shown ?? <span className="hidden">{column.name}</span>)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </ScrollTable>
  );
}
