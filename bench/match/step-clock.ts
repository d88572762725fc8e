/** Takes the time from each announcement of a step to the next; equal names are added up. */
export class StepClock {
  private readonly seconds = new Map<string, number>();
  private running: { readonly name: string; readonly since: bigint } | undefined;

  begin(name: string): void {
    this.end();
    this.running = { name, since: process.hrtime.bigint() };
  }

  end(): void {
    if (!this.running) return;
    const { name, since } = this.running;
    this.seconds.set(name, (this.seconds.get(name) ?? 0) + Number(process.hrtime.bigint() - since) / 1e9);
    this.running = undefined;
  }

  /** The longest first. */
  steps(): readonly (readonly [string, number])[] {
    return [...this.seconds].sort(([, a], [, b]) => b - a);
  }
}
