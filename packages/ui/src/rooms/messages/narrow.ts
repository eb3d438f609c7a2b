/** Whether the window is as narrow as a phone; rows have two lines then. */

import { useEffect, useState } from 'preact/hooks';

const NARROW = '(max-width: 767px)';

export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const look = (): void => setNarrow(query.matches);
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, []);
  return narrow;
}
