import { render } from "preact";
import { App } from "./app.tsx";
import { SessionProvider } from "./session/session.tsx";
import "./style/base.css";
import "./style/parts.css";
import "./style/timeline.css";

const root = document.getElementById("app");
if (root !== null) {
  root.replaceChildren();
  render(
    <SessionProvider>
      <App />
    </SessionProvider>,
    root,
  );
}
