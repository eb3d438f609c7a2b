/** What this browser does: how it looks, whether it notifies, what it keeps for the time it is offline. */

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { chooseKeeping, keeping } from '../../kept/kept.ts';
import { toast } from '../../parts/toast.tsx';
import { chooseTheme, THEMES, type Theme, theme } from '../../shell/theme.ts';
import { useCell } from '../../state/cell.ts';
import { Card } from './card.tsx';

const THEME_WORDS: Readonly<Record<Theme, string>> = { system: 'System', light: 'Light', dark: 'Dark' };

export function SettingsCard(): JSX.Element {
  return (
    <Card title="This browser">
      <div class="setting">
        <span id="theme-label">Theme</span>
        <ThemeSwitch />
      </div>
      <Notifications />
      <Keeping />
    </Card>
  );
}

function Keeping(): JSX.Element {
  const on = useCell(keeping);
  function toggle(): void {
    chooseKeeping(!on);
    toast(
      on ? 'This browser has forgotten what it kept. The node still has all of it.' : 'Kept from now on.',
    );
  }
  return (
    <div class="setting">
      <span>
        Keep for offline
        <span class="setting-note">
          The last conversation, agents, notes and reminders stay in this browser.
        </span>
      </span>
      <button
        type="button"
        class="switch"
        role="switch"
        aria-checked={on}
        aria-label="Keep for offline"
        onClick={toggle}
      >
        <span class="switch-knob" />
      </button>
    </div>
  );
}

function ThemeSwitch(): JSX.Element {
  const chosen = useCell(theme);
  return (
    <fieldset class="tabs" aria-labelledby="theme-label">
      {THEMES.map((name) => (
        <button
          key={name}
          type="button"
          class="tab"
          aria-pressed={name === chosen}
          onClick={() => chooseTheme(name)}
        >
          {THEME_WORDS[name]}
        </button>
      ))}
    </fieldset>
  );
}

function Notifications(): JSX.Element {
  const known = 'Notification' in globalThis;
  const [permission, setPermission] = useState(known ? Notification.permission : 'denied');
  return (
    <div class="setting">
      <span>
        Notifications
        <span class="setting-note">{explain(known, permission)}</span>
      </span>
      {permission === 'default' && (
        <button
          type="button"
          class="button small"
          onClick={() => void Notification.requestPermission().then(setPermission)}
        >
          Allow
        </button>
      )}
    </div>
  );
}

function explain(known: boolean, permission: NotificationPermission): string {
  if (!known) return 'This browser has none.';
  switch (permission) {
    case 'granted':
      return 'On: a reminder is shown even when this window is behind others.';
    case 'denied':
      return 'The browser blocks them; its settings for this page can allow them.';
    case 'default':
      return 'Reminders can be shown even when this window is behind others.';
  }
}
