/* One click copies the text. Without this file it is selected and copied by hand. */
const text = document.getElementById("text"), button = document.getElementById("copy"), said = document.getElementById("copied");
button.hidden = false;
button.addEventListener("click", async () => {
  text.select();
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    if (!document.execCommand("copy")) { said.textContent = "The text is selected. Press Ctrl and C."; return; }
  }
  said.textContent = "The text is copied.";
});
