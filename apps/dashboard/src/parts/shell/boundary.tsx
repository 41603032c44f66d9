import { Component, type ReactNode } from 'react';

interface BoundaryProps {
  /** Where it is: another page is tried anew. */
  readonly at: string;
  readonly children: ReactNode;
}

/** What a page cannot show takes nothing else with it: the frame, and the way back, stay. */
export class Boundary extends Component<BoundaryProps, { readonly failed: unknown }> {
  override state = { failed: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { failed: error };
  }

  override componentDidUpdate(before: BoundaryProps): void {
    if (before.at !== this.props.at && this.state.failed !== null) this.setState({ failed: null });
  }

  override render(): ReactNode {
    const { failed } = this.state;
    if (failed === null) return this.props.children;
    return (
      <div className="notice bad" role="alert">
        <strong>This page cannot be shown.</strong>
        <p>{failed instanceof Error ? failed.message : String(failed)}</p>
        <button type="button" onClick={() => this.setState({ failed: null })}>
          Try again
        </button>
      </div>
    );
  }
}
