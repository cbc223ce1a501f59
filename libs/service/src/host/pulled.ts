/**
 * What a producer pushes, to be pulled: the producer starts with the reader, and its `give` ends when the next item is asked
 * for, so nothing piles up. A reader that leaves calls `cancel`, which must end the producer.
 */
export async function* pulled<Item>(
  push: (give: (item: Item) => Promise<void>) => Promise<void>,
  cancel: () => void,
): AsyncGenerator<Item, void> {
  let given: { readonly item: Item } | undefined;
  let end: { readonly error?: unknown } | undefined;
  let wake = () => {};
  let resume = () => {};

  const give = (item: Item) =>
    new Promise<void>((resolve) => {
      given = { item };
      resume = resolve;
      wake();
    });
  const over = (how: { readonly error?: unknown }) => {
    end = how;
    wake();
  };
  push(give).then(
    () => over({}),
    (error) => over({ error }),
  );

  try {
    for (;;) {
      if (given === undefined && end === undefined)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (given !== undefined) {
        const { item }: { readonly item: Item } = given;
        given = undefined;
        yield item;
        resume();
      } else if (end !== undefined) {
        if ("error" in end) throw end.error;
        return;
      }
    }
  } finally {
    if (end === undefined) {
      cancel();
      resume();
    }
  }
}
