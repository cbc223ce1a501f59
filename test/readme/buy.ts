import { createClient } from "@weft/client";

const client = createClient("127.0.0.1:7400");
const buy = () => client.call("tickets.buy", { seat: "A1", name: " Ann " }, { idempotencyKey: "order-17" });

console.log(await buy());
console.log(await buy()); // the same answer: it ran once

client.close();
