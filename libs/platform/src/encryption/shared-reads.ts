/**
 * Lets readers of one transaction that ask for the same thing at the same time share one answer. Nothing is kept once
 * the answer is there. Different readings of a transaction follow one another, since a connection runs one at a time.
 */
export class SharedReads<Transaction extends object, Answer> {
  private readonly underWay = new WeakMap<Transaction, Map<string, Promise<Answer>>>();

  share(transaction: Transaction, name: string, read: () => Promise<Answer>): Promise<Answer> {
    const others = this.underWay.get(transaction) ?? new Map<string, Promise<Answer>>();
    this.underWay.set(transaction, others);
    const same = others.get(name);
    if (same !== undefined) return same;
    const earlier = [...others.values()];
    const answer = Promise.allSettled(earlier)
      .then(read)
      .finally(() => others.delete(name));
    others.set(name, answer);
    return answer;
  }
}
