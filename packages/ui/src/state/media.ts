/** Whether a media query holds now; the component renders again when that changes. */

import { useEffect, useState } from 'preact/hooks';

export const PHONE = '(max-width: 767px)';
export const WIDE = '(min-width: 1200px)';

export function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const look = (): void => setHolds(media.matches);
    media.addEventListener('change', look);
    return () => media.removeEventListener('change', look);
  }, [query]);
  return holds;
}
