/**
 * Keeps a defect in one room from taking the window down: says so, and offers the way out. What was kept in the
 * browser may be what a room cannot show, so that is forgotten; the node still has it.
 */

import { Component, type ComponentChildren, type JSX } from 'preact';
import { forgetKept } from '../kept/kept.ts';

interface GuardProps {
  readonly name: string;
  readonly children: ComponentChildren;
}

export class Guard extends Component<GuardProps, { readonly defect: string | undefined }> {
  override state = { defect: undefined };

  static override getDerivedStateFromError(error: unknown): { defect: string } {
    return { defect: error instanceof Error ? error.message : String(error) };
  }

  override render(): ComponentChildren {
    const { defect } = this.state;
    return defect === undefined ? this.props.children : <Defect name={this.props.name} message={defect} />;
  }
}

function Defect({ name, message }: { readonly name: string; readonly message: string }): JSX.Element {
  function again(): void {
    forgetKept();
    location.reload();
  }
  return (
    <div class="empty" role="alert">
      <p class="empty-title">{name} cannot be shown</p>
      <p class="empty-text">
        A defect in this window ({message}). The node works on, and nothing of yours is lost.
      </p>
      <button type="button" class="button" onClick={again}>
        Load the window again
      </button>
    </div>
  );
}
