import { type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: ReactNode;
  /** How it is written, below the field. */
  readonly hint?: ReactNode;
  readonly errors?: readonly string[] | undefined;
  /** The field itself, with what ties it to its label, and says to screen readers that it is wrong, and why. */
  readonly children: (told: {
    readonly id: string;
    readonly 'aria-invalid'?: true;
    readonly 'aria-describedby'?: string;
  }) => ReactNode;
}

/** A field of a form with what is wrong in it at its place. */
export function Field({ label, hint, errors = [], children }: FieldProps) {
  const id = useId();
  const isWrong = errors.length > 0;
  const told = [...(hint === undefined ? [] : [`${id}-hint`]), ...(isWrong ? [`${id}-error`] : [])].join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        ...(isWrong && { 'aria-invalid': true as const }),
        ...(told !== '' && { 'aria-describedby': told }),
      })}
      {hint !== undefined && (
        <span id={`${id}-hint`} className="quiet">
          {hint}
        </span>
      )}
      {isWrong && (
        <span id={`${id}-error`} className="field-error">
          {errors.join('; ')}
        </span>
      )}
    </div>
  );
}
