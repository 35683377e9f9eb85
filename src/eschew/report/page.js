
// One player per pair. Both clips of a pair run at once through the same clock, one of them silent: switching sides
// only moves the volume, so the music goes on and nothing but the negative changes.
(() => {
  "use strict";
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return; // the browser's own players stay
  const page = document.documentElement;
  page.classList.add("js");

  const FADE = 0.012; // seconds: long enough not to click, short enough to feel at once
  let context = null;
  let playing = null; // the one player that is heard

  const decoded = (audio) => {
    const text = atob(audio.src.slice(audio.src.indexOf(",") + 1));
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    return context.decodeAudioData(bytes.buffer);
  };

  const player = (pair) => {
    const clips = [...pair.querySelectorAll(".clip")];
    const heads = clips.map((clip) => clip.querySelector(".playhead"));
    const sides = [...pair.querySelectorAll(".side")];
    const button = pair.querySelector(".play");
    const time = pair.querySelector(".time");
    const trouble = pair.querySelector(".trouble");
    const loop = pair.closest(".pairs").querySelector(".loop");
    const length = Math.min(...clips.map((clip) => Number(clip.dataset.seconds)));
    let buffers = null; // promise of both, asked for once
    let voices = null; // what sounds now: [{source, gain}, {source, gain}]
    let side = 0;
    let offset = 0; // where it stands, or stood when `started`
    let started = 0;

    const now = () => {
      if (!voices) return offset;
      const at = offset + Math.max(0, context.currentTime - started);
      return voices[0].source.loop ? at % length : Math.min(at, length);
    };

    const draw = () => {
      const at = now();
      for (const head of heads) head.style.left = `calc(${((100 * at) / length).toFixed(3)}% - 1px)`;
      time.textContent = `${at.toFixed(1)} s`;
      if (voices) requestAnimationFrame(draw);
    };

    const show = () => {
      clips.forEach((clip, i) => clip.classList.toggle("active", i === side));
      sides.forEach((each, i) => each.setAttribute("aria-pressed", String(i === side)));
      button.textContent = voices ? "Pause" : "Play";
    };

    const choose = (which) => {
      side = which;
      if (voices) {
        voices.forEach((voice, i) => voice.gain.gain.setTargetAtTime(i === side ? 1 : 0, context.currentTime, FADE / 3));
      }
      show();
    };

    const pause = () => {
      if (!voices) return;
      offset = now();
      for (const { source } of voices) {
        source.onended = null;
        source.stop();
      }
      voices = null;
      if (offset >= length) offset = 0;
      if (playing === self) playing = null;
      show();
      draw();
    };

    const play = async (from = offset) => {
      if (playing && playing !== self) playing.pause();
      playing = self;
      try {
        context = context || new Context();
        await context.resume();
        buffers = buffers || Promise.all(clips.map((clip) => decoded(clip.querySelector("audio"))));
        const both = await buffers;
        if (playing !== self) return; // another pair was asked for meanwhile
        pause();
        playing = self;
        begin(both, from);
      } catch (problem) {
        playing = null;
        trouble.textContent = "This browser cannot decode OGG Vorbis; its own player is shown instead.";
        page.classList.remove("js");
      }
    };

    const begin = (both, from) => {
      started = context.currentTime + 0.02;
      offset = from;
      voices = both.map((buffer, i) => {
        const source = context.createBufferSource();
        const gain = context.createGain();
        source.buffer = buffer;
        source.loop = loop.checked;
        source.loopEnd = length;
        gain.gain.value = i === side ? 1 : 0;
        source.connect(gain).connect(context.destination);
        source.start(started, from);
        return { source, gain };
      });
      voices[0].source.onended = pause;
      pair.classList.add("heard");
      show();
      draw();
    };

    const repeat = (on) => {
      if (!voices) return;
      const at = now();
      for (const { source } of voices) source.loop = on;
      offset = at; // laps so far are forgotten, so that the end is found
      started = context.currentTime;
    };

    const toggle = () => (voices ? pause() : play());
    const self = { pause, repeat };

    button.addEventListener("click", toggle);
    sides.forEach((each, i) => each.addEventListener("click", () => choose(i)));
    clips.forEach((clip, i) => {
      clip.querySelector(".hear").addEventListener("click", (event) => {
        const box = event.currentTarget.getBoundingClientRect();
        // A click by key has no place: it plays from where the pair stands.
        const from = event.detail ? (length * (event.clientX - box.left)) / box.width : now();
        choose(i);
        play(Math.min(Math.max(from, 0), length - 0.01));
      });
    });
    pair.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === " " && event.target === pair) {
        event.preventDefault(); // no scrolling
        toggle();
      } else if (event.key === "x" || event.key === "X") {
        choose(1 - side);
      }
    });
    show();
    return self;
  };

  for (const section of document.querySelectorAll(".pairs")) {
    const players = [...section.querySelectorAll(".pair")].map(player);
    const loop = section.querySelector(".loop");
    loop.addEventListener("change", () => players.forEach((each) => each.repeat(loop.checked)));
  }
})();
