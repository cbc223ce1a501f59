import { type Channel, channel } from "node:diagnostics_channel";

/**
 * One kind of thing that happens, published on the diagnostics channel of its name. Ask `hasListeners` before making a
 * message: without a listener an event costs that one look. Listeners run at once, inside the call that published, and
 * must not throw; what they throw ends up as an uncaught exception, not in the call.
 */
export interface WeftEvent<Message> {
  /** Such as `weft.executor.retry`. */
  readonly name: string;
  readonly hasListeners: boolean;
  publish(message: Message): void;
  /** The answer ends it. */
  listen(listener: (message: Message) => void): () => void;
}

export function event<Message>(name: string): WeftEvent<Message> {
  const events: Channel<unknown, Message> = channel(`weft.${name}`) as Channel<unknown, Message>;
  return {
    name: `weft.${name}`,
    get hasListeners() {
      return events.hasSubscribers;
    },
    publish: (message) => events.publish(message),
    listen(listener) {
      const onMessage = (message: unknown) => listener(message as Message);
      events.subscribe(onMessage);
      return () => events.unsubscribe(onMessage);
    },
  };
}
