/** How long this thread computes, in milliseconds: unlike the time on the wall, the same on a busy machine. */
export function threadTimeOf(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
