// The quiz of the day: three questions, once; afterwards what is right, and why.
import { newKey } from "../../lib/client";
import type { Schema } from "../../lib/client";
import { page, tell } from "../../lib/page";
import { ask } from "../../lib/session";
import { count, either, t } from "../../lib/texts";

type Quiz = Schema<"Quiz">;

page(
  "quiz",
  { lead: "", questions: [] as { id: string; text: string; choices: { id: string; text: string }[] }[], chosen: {} as Record<string, string>, done: "", marks: [] as { text: string; isRight: boolean; state: string; answer: string; why: string }[] },
  {
    key: "",
    opened() {
      this.key = newKey();
      return this.read(async (options) => this.show(await ask("get", "/v1/me/quiz", {}, options)));
    },
    show(quiz: Quiz) {
      this.setData({ lead: t("quiz.lead", { points: count(quiz.points_per_right_answer) }), questions: quiz.questions.map(({ id, text, choices }) => ({ id, text: either(text), choices: choices.map((choice) => ({ id: choice.id, text: either(choice.text) })) })) });
      const { result } = quiz;
      if (!result) return;
      const named = (question: string, choice: string) => this.data.questions.find(({ id }) => id === question)?.choices.find(({ id }) => id === choice)?.text ?? choice;
      this.setData({
        done: t("quiz.done", { right: count(result.right), points: count(result.points) }),
        marks: result.marks.map((mark) => ({
          text: this.data.questions.find(({ id }) => id === mark.question)?.text ?? "",
          isRight: mark.is_right,
          state: t(mark.is_right ? "quiz.right" : "quiz.wrong"),
          answer: mark.is_right ? named(mark.question, mark.right_choice) : t("quiz.answer", { mine: named(mark.question, mark.choice), right: named(mark.question, mark.right_choice) }),
          why: either(mark.explanation),
        })),
      });
    },
    choose({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const { question, choice } = currentTarget.dataset;
      this.setData({ chosen: { ...this.data.chosen, [question]: choice } });
    },
    async send() {
      const { questions, chosen } = this.data;
      if (questions.some(({ id }) => !chosen[id])) return tell(t("quiz.missing"));
      const answers = questions.map(({ id }) => ({ question: id, choice: chosen[id] as "a" }));
      const answer = await this.perform((options) => ask("post", "/v1/me/quiz", { body: { answers } }, { ...options, key: this.key }));
      if (answer) await this.read(async (options) => this.show(await ask("get", "/v1/me/quiz", {}, options)));
    },
  },
);
