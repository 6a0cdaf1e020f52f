"""The file of a business case: which programmes, for how many people, who pays what, and how sure each number is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from resettle.document import Misfit, read_document
from resettle.errors import did_you_mean
from resettle.reinvestment.appraisal import Money
from resettle.reinvestment.flows.quantity import Factor, Quantity, Share, at_most

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Optimism = Annotated[Quantity, at_most(5, "optimism bias is a share of at most 5", "Write 40 % as 0.4.")]
View = Literal["cash", "agencies", "society"]


class CaseProgramme(BaseModel):
    """One programme: its effect, from a study of the area or from an evaluation result, and how many people start it a month."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: Id = Field(description="Short name.")
    study: str | None = Field(None, description="Study file, evaluated on the area.")
    effect: str | None = Field(None, description="Evaluation result, written by `resettle evaluate --json`.")
    people_a_month: float = Field(gt=0, le=1e6, description="People who start each month.")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.study is None) == (self.effect is None):
            raise ValueError("give either a study or an evaluation result: an effect is never typed as a bare number")
        return self


class Together(BaseModel):
    """People who are reached by several programmes at once. They are saved once.

    Their chances of reoffending are multiplied by each programme's ratio, never reduced in points one after the other.
    `discount` is how much of what the weaker ones would add is lost: 0 nothing, 1 all of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    programmes: tuple[Id, ...] = Field(min_length=2, description="Which programmes.")
    people_a_month: float = Field(ge=0, le=1e6, description="People a month whom all of them reach.")
    discount: float = Field(0.0, ge=0, le=1, description="Share of the weaker effects that is lost.")


class Pays(BaseModel):
    """What one agency pays: one amount for every year, or `amounts` by year, in pounds of `price_year`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    agency: str = Field(min_length=1, description="Who pays.")
    label: str = Field(min_length=1, description="What for.")
    amount: Money | None = Field(None, description="The same amount every year.")
    amounts: tuple[Money, ...] = Field((), description="One amount for each year.")
    price_year: int = Field(ge=1988, le=2100, description="Year of the prices.")
    times: Factor = Field(Quantity(value=1.0), description="Factor on it, with its range: how sure the amount is.")
    source: str = Field(min_length=1, description="Where it is from.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.amount is None) == (not self.amounts):
            raise ValueError("give either amount, for every year, or amounts, one for each year")
        if any(one < 0 for one in (*self.amounts, self.amount or 0)):
            raise ValueError("what an agency pays must not be negative")
        return self


class ContractCost(BaseModel):
    """Payments of a contract as a cost, with their distribution: the draws that `resettle value` makes.

    `programme` and `measure` say that the contract's measure is what that programme changes: its true effect is then the one drawn
    for the appraisal, draw by draw, so that a good draw saves more and is paid more. `agencies` puts the payer's id beside the
    agency that it is; without it the agency has the payer's name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str = Field(description="Contract file.")
    beliefs: str = Field(description="File of beliefs.")
    programme: Id | None = Field(None, description="Programme whose effect the contract pays for.")
    measure: str | None = Field(None, description="Measure of the contract that this effect is on.")
    agencies: dict[str, str] = Field({}, description="Agency of each payer.")

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.programme is None) != (self.measure is None):
            raise ValueError("programme and measure go together")
        return self


class Budgets(BaseModel):
    """Personal budgets as a cost: pounds a person, from the area's records of what was spent, or given with a range."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    agency: str = Field(min_length=1, description="Who pays.")
    programme: Id = Field(description="Whose people have one.")
    share: float = Field(1.0, gt=0, le=1, description="Share of them who have one.")
    a_person: Quantity | None = Field(
        None, description="Pounds a person; without it, as the area's table `spend` has it."
    )
    price_year: int = Field(ge=1988, le=2100, description="Year of the prices.")
    source: str = Field(min_length=1, description="Where it is from.")


class Trial(BaseModel):
    """A further trial that could be made before deciding: people in each group, and what one more person in it costs."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    people: int = Field(ge=2, le=10_000_000, description="People in each of the two groups.")
    cost_a_person: Money = Field(description="Cost of each further person in the trial.")


class UnsureWorth(BaseModel):
    """How sure a unit cost is: a factor on one worth of the appraisal, with its range."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: str = Field(description="Agency of the worth.")
    label: str = Field(description="Label of the worth.")
    times: Factor = Field(description="Factor, with its range.")


class CaseFile(BaseModel):
    """A business case.

    `optimism` raises what agencies pay and personal budgets (not the prices of a contract) for optimism bias. `dead_weight` is the
    share of the effect that would have come anyway: nothing where a comparison group has taken it out. `displacement` is the
    share of what is avoided that turns up elsewhere. `view` is whose net present value is tested for sensitivity and
    information: `cash` counts only money that can be moved, `agencies` work avoided, `society` that and the harm avoided.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: Id = Field(description="Short name.")
    title: str = Field(min_length=1, description="Title, as a reader sees it.")
    appraisal: str = Field(description="Appraisal file: unit costs, steps, years, prices.")
    view: View = Field("society", description="Whose answer is tested.")
    optimism: Optimism = Field(description="Optimism bias as a share, with its range; 0 for outturn costs.")
    dead_weight: Share = Field(Quantity(value=0.0), description="Share that would have come anyway.")
    displacement: Share = Field(Quantity(value=0.0), description="Share that turns up elsewhere.")
    reoffences_each: Quantity | None = Field(None, description="Reoffences of one reoffender; without it as measured.")
    programme: tuple[CaseProgramme, ...] = Field(min_length=1, max_length=10)
    together: tuple[Together, ...] = ()
    places: dict[str, float] = Field(
        {}, description="People a month by place, where several places pool what is freed."
    )
    pays: tuple[Pays, ...] = ()
    contract: tuple[ContractCost, ...] = ()
    budgets: tuple[Budgets, ...] = ()
    unsure: tuple[UnsureWorth, ...] = ()
    trial: tuple[Trial, ...] = ()
    worth_of_one: tuple[float, ...] = Field((), description="Pounds that one reoffence fewer may be worth, rising.")
    draws: int = Field(10_000, ge=200, le=200_000, description="How many draws.")
    sobol: int = Field(1024, ge=0, le=16384, description="Base sample of the Sobol indices; 0 for none.")
    seed: int = Field(1, ge=0, description="Seed of every random number.")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        names = [one.id for one in self.programme]
        if len(set(names)) != len(names):
            raise ValueError("two programmes have the same id")
        if len(names) > 1 and not self.together:
            raise ValueError(
                "several programmes, and it is not said whom they reach together: add [[together]], "
                "with people_a_month = 0 where nobody is reached twice"
            )
        for key, n, name in self.asked():
            if name not in names:
                do = did_you_mean(name, names)
                raise Misfit("no programme of this case has this name", key, n, value=name, do=do)
        for one in self.programme:
            if sum(t.people_a_month for t in self.together if one.id in t.programmes) > one.people_a_month + 1e-9:
                raise ValueError(f"more people are reached together than {one.id} reaches in all")
        for name, people in self.places.items():
            if not people > 0:
                raise Misfit("a place with no people", "places", name, value=people, do="Leave it out.")
        if self.places and abs(sum(self.places.values()) - self.people) > 0.01 * self.people:
            rule = f"the people of the places must add up to the {self.people:g} a month whom the programmes reach"
            raise Misfit(rule, "places", value=f"{sum(self.places.values()):g}", do="Correct their numbers.")
        if not self.pays and not self.contract and not self.budgets:
            raise ValueError("nobody pays anything: add [[pays]], [[contract]] or [[budgets]]")
        if list(self.worth_of_one) != sorted(set(self.worth_of_one)) or any(w < 0 for w in self.worth_of_one):
            raise Misfit("worth_of_one must rise, from 0 or more", "worth_of_one", value=list(self.worth_of_one))
        return self

    def asked(self) -> list[tuple[str, int, str]]:
        """The programmes that blocks name: block, its number, name."""
        found = [("together", n, name) for n, one in enumerate(self.together) for name in one.programmes]
        found += [("budgets", n, one.programme) for n, one in enumerate(self.budgets)]
        return found + [("contract", n, one.programme) for n, one in enumerate(self.contract) if one.programme]

    def payers(self) -> list[tuple[str, str]]:
        """The agencies that pay, each with the block that names it."""
        found = [("pays", one.agency) for one in self.pays] + [("budgets", one.agency) for one in self.budgets]
        return found + [("contract", name) for one in self.contract for name in one.agencies.values()]

    @property
    def people(self) -> float:
        """People a month whom the programmes reach, each counted once."""
        twice = sum((len(one.programmes) - 1) * one.people_a_month for one in self.together)
        return sum(one.people_a_month for one in self.programme) - twice


def read_case(path: str | Path) -> CaseFile:
    """Read the file of a business case; every fault is a `BadInput` with its line."""
    return read_document(CaseFile, Path(path))
