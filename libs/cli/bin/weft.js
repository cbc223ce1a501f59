#!/usr/bin/env node
// Stands here and not in dist because npm links only commands that exist when it installs, before the first build.
import "../dist/main.js";
