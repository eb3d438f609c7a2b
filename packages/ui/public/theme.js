// Sets the chosen theme before the first paint; without a choice, the system's preference counts.
try {
  const theme = localStorage.getItem('kai.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is closed to this page: the system's preference counts.
}
