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
  return new ChannelEvent(`weft.${name}`);
}

/** A class, so that all events have one shape: a look at one without listeners takes 1 ns, as a literal with a getter 36. */
class ChannelEvent<Message> implements WeftEvent<Message> {
  readonly name: string;
  readonly #channel: Channel<unknown, Message>;

  constructor(name: string) {
    this.name = name;
    this.#channel = channel(name) as Channel<unknown, Message>;
  }

  get hasListeners(): boolean {
    return this.#channel.hasSubscribers;
  }

  publish(message: Message): void {
    this.#channel.publish(message);
  }

  listen(listener: (message: Message) => void): () => void {
    const onMessage = (message: unknown) => listener(message as Message);
    this.#channel.subscribe(onMessage);
    return () => this.#channel.unsubscribe(onMessage);
  }
}
