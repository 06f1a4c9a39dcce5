// The package `zeromq` on the simulated network: the four kinds of socket that logmill uses.

import { SimClient, type ClientOptions } from "../world/client-socket.ts";
import { theWorld, thisProcess } from "../world/current.ts";
import { SimPull, SimRouter, type ServerOptions } from "../world/server-socket.ts";

export class Router extends SimRouter {
  constructor(options: ServerOptions) {
    super(thisProcess(), theWorld().network, options);
  }
}

export class Pull extends SimPull {
  constructor(options: ServerOptions) {
    super(thisProcess(), theWorld().network, options);
  }
}

export class Dealer extends SimClient {
  constructor(options: ClientOptions) {
    super(thisProcess(), theWorld().network, options);
  }
}

export class Push extends SimClient {
  constructor(options: ClientOptions) {
    super(thisProcess(), theWorld().network, options);
  }
}
